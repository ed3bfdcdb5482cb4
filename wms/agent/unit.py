"""The unit with which systemd runs the agent for the person who installed it, and starts it again whatever ends it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAME = "wms-agent.service"
_UNIT = """\
[Unit]
Description=Print agent of a packing station

[Service]
ExecStart={command} --folder {folder} run
Restart=always
RestartSec=10
NoNewPrivileges=true

[Install]
WantedBy=default.target
"""


def text(folder: Path) -> str:
    """The unit for the agent whose things are in `folder`."""
    # Not resolved: pipx puts a link where the command stays, whatever Python it is installed with anew.
    own = shutil.which("wms-agent")
    words = [str(Path(own).absolute())] if own else [sys.executable, "-m", "wms.agent"]
    return _UNIT.format(command=" ".join(map(_quoted, words)), folder=_quoted(str(folder.resolve())))


def place() -> Path:
    """Where systemd looks for the units of the person who is signed in."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user" / NAME


def install(folder: Path) -> Path:
    """Write the unit to its place, which is returned."""
    file = place()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text(folder), encoding="utf-8")
    return file


def _quoted(word: str) -> str:
    """A word of a command line as systemd reads it: quoted, with the signs that mean something there doubled."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, written)
    return f'"{word}"'
