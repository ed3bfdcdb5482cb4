"""The agent becomes what goes with its service now, when somebody asks for it, and never anything else.

What comes is looked at before anything of it is installed: installers do not look, and a wheel that is cut off or
changed on the way, or that is some other package, would leave a station without labels.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.util
import io
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

_FILE = re.compile(r"wms_agent-(\d+(?:\.\d+){1,3})-py3-none-any\.whl")
_OURS = ("wms", "printers")
_LARGEST = 20_000_000
_BROKEN = (
    zipfile.BadZipFile, zlib.error, csv.Error, EOFError, KeyError, NotImplementedError, OSError, RuntimeError,
    ValueError,
)  # fmt: skip
ENTRY = b"[console_scripts]\nwms-agent = wms.agent.main:main\n"


class BadWheelError(Exception):
    """What came is no agent, or not a whole one."""


def checked(name: str, content: bytes) -> str:
    """The version that a wheel is of. Raises BadWheelError unless it is a whole agent and nothing besides."""
    named = _FILE.fullmatch(name)
    if named is None:
        raise BadWheelError(f"{name!r} is no agent")
    about = f"wms_agent-{named[1]}.dist-info"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            if sum(each.file_size for each in wheel.infolist()) > _LARGEST:
                raise BadWheelError(f"{name} is too large")
            files = {each: wheel.read(each) for each in wheel.namelist()}
        record = list(csv.reader(io.StringIO(files[f"{about}/RECORD"].decode())))
        metadata = files[f"{about}/METADATA"].decode().partition("\n\n")[0].splitlines()
    except _BROKEN as error:
        raise BadWheelError(f"{name} is damaged: {error}") from error
    if {"Name: wms-agent", f"Version: {named[1]}"} - set(metadata) or files.get(f"{about}/entry_points.txt") != ENTRY:
        raise BadWheelError(f"{name} is another package")
    digests = {row[0]: row[1] for row in record if len(row) == 3}
    if set(digests) != set(files) or not all(map(_is_own, files, [about] * len(files))):
        raise BadWheelError(f"{name} has other files than an agent has")
    wrong = [each for each, data in files.items() if each != f"{about}/RECORD" and digests[each] != digest(data)]
    if wrong:
        raise BadWheelError(f"{name} is damaged: {', '.join(wrong)}")
    return named[1]


def _is_own(file: str, about: str) -> bool:
    parts = PurePosixPath(file).parts
    return ".." not in parts and parts[0] in (*_OURS, about) and not file.endswith(".pth")


def digest(content: bytes) -> str:
    """As the RECORD of a wheel has it."""
    plain = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"sha256={plain}"


def install(name: str, content: bytes) -> str:
    """Install a wheel in place of this very program; the version that is there then. Raises BadWheelError before
    anything is changed, or OSError when it could not be installed."""
    version = checked(name, content)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        _pip(str(file))  # with what it needs beside, which is fetched only where it is missing
        _pip("--force-reinstall", "--no-deps", str(file))  # the same version may have other files
    return version


def _pip(*words: str) -> None:
    # Where pipx has made the environment it lends it its pip; where uv has, there is none.
    uv = shutil.which("uv") if importlib.util.find_spec("pip") is None else None
    command = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    done = subprocess.run(  # noqa: S603 - a file that was looked at, into this environment
        [*command, "--quiet", *words], check=False, capture_output=True, text=True
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip says nothing"])[-1]
        raise OSError(f"it could not be installed: {last}")
