"""The folder of a virtual printer: the labels it printed, its state, and the file that controls it.

Everything is written whole and then renamed into place, so that another process never reads half.

    000001.png  000001.json   a label, and its facts
    control.json              {"power": true, "faults": ["paper_out"]}, written by whoever controls it
    printer.json              name, language, model, port, power, faults, labels printed and waiting; written by the
    printer

`python -m printers.virtual_folder FOLDER paper_out:3 labels_per_min:60` gives it these faults, without any it is
well again; `--power off` and `--power on` are the switch.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from printers.bitmap import Dots, png_of
from printers.errors import InvalidField

FAULTS = ("paper_out", "head_open", "ribbon_out", "paused", "cutter", "deaf", "hang", "slow")
# These take a number: after so many more labels, at that byte of each connection, at that speed.
NUMBERED = ("paper_out", "ribbon_out", "disconnect", "bytes_per_s", "labels_per_min")
STOPPING = frozenset({"paper_out", "head_open", "ribbon_out", "paused", "cutter"})

_SLOW = {"bytes_per_s": 20_000, "labels_per_min": 60}  # what "slow" stands for


@dataclass(frozen=True)
class Control:
    """What the printer is told to pretend."""

    power: bool = True
    faults: frozenset[str] = field(default_factory=frozenset)

    @property
    def numbers(self) -> dict[str, int]:
        """The faults that have a number, with it."""
        parts = (fault.partition(":") for fault in self.faults)
        told = {name: int(number) for name, colon, number in parts if colon}
        return {**(_SLOW if "slow" in self.faults else {}), **told}

    @property
    def disconnect_at(self) -> int | None:
        """After how many bytes of a connection it is to be torn down, if at all."""
        return self.numbers.get("disconnect")

    @property
    def bytes_a_second(self) -> int:
        """How fast it reads; 0 for as fast as it can."""
        return self.numbers.get("bytes_per_s", 0)

    @property
    def seconds_a_label(self) -> float:
        """How long a label takes; 0 for no time at all."""
        pace = self.numbers.get("labels_per_min", 0)
        return 60 / pace if pace else 0.0


def set_control(folder: Path | str, *, power: bool | None = None, faults: Iterable[str] | None = None) -> None:
    """Change what the printer of `folder` pretends; None leaves a part as it is.

    Faults: paper_out, head_open, ribbon_out, paused, cutter stop it; deaf never answers; hang never reads; slow is
    20 kB/s and a second a label. With a number: paper_out:N and ribbon_out:N run out after N more labels,
    disconnect:N tears down every connection at that byte, bytes_per_s:N and labels_per_min:N set its speed. Raises
    InvalidField for another.
    """
    now = read_control(folder)
    wanted = now.faults if faults is None else frozenset(faults)
    for fault in wanted:
        if not _is_fault(fault):
            raise InvalidField("faults", f"no such fault: {fault[:64]!r}")
    content = {"power": now.power if power is None else power, "faults": sorted(wanted)}
    _write(Path(folder) / "control.json", json.dumps(content).encode())


def read_control(folder: Path | str) -> Control:
    """What the printer is told to pretend; all well if nothing, or nothing legible, is written."""
    content = _read_json(Path(folder) / "control.json")
    faults = content.get("faults", [])
    return Control(bool(content.get("power", True)), frozenset(fault for fault in map(str, faults) if _is_fault(fault)))


def _is_fault(fault: str) -> bool:
    name, colon, number = fault.partition(":")
    if not colon:
        return fault in FAULTS
    # Nine digits are enough for everybody, and int() of a million of them is not.
    return name in NUMBERED and number.isascii() and number.isdecimal() and len(number) < 10


def read_printer(folder: Path | str) -> dict[str, Any]:
    """What the printer last said of itself: name, language, model, port, power, faults, printed, waiting, rejected,
    error.
    """
    return _read_json(Path(folder) / "printer.json")


def read_labels(folder: Path | str, limit: int = 20) -> list[dict[str, Any]]:
    """Facts of the last `limit` labels, newest first; "file" is the name of the PNG in the folder."""
    sidecars = sorted(Path(folder).glob("[0-9]*.json"), key=lambda path: int(path.stem), reverse=True)
    return [facts for path in sidecars[:limit] if (facts := _read_json(path))]


class LabelFolder:
    """Writes labels with sequence numbers that go on where an earlier run ended."""

    def __init__(self, folder: Path, dpi: int) -> None:
        self.path = folder
        self.dpi = dpi
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self.last = max((int(path.stem) for path in folder.glob("[0-9]*.json")), default=0)

    def save(self, bitmap: Dots, payload: bytes) -> int:
        """Write one label; `payload` is what it was sent as, all copies of it. Returns its sequence number."""
        with self._lock:
            self.last += 1
            name = f"{self.last:06d}"
            facts = {
                "sequence": self.last, "file": f"{name}.png", "time": datetime.now(UTC).isoformat(),
                "bytes": len(payload), "sha256": hashlib.sha256(payload).hexdigest(), "dots_sha256": dots_hash(bitmap),
                "width": int(bitmap.shape[1]), "height": int(bitmap.shape[0]), "dpi": self.dpi,
            }  # fmt: skip
            _write(self.path / f"{name}.png", png_of(bitmap, self.dpi))
            # After the picture: whoever sees the facts finds the picture too.
            _write(self.path / f"{name}.json", json.dumps(facts).encode())
            return self.last

    def describe(self, facts: dict[str, Any]) -> None:
        """Write what the printer says of itself."""
        _write(self.path / "printer.json", json.dumps(facts, ensure_ascii=False).encode())


def dots_hash(bitmap: Dots) -> str:
    """SHA-256 of a picture: its width and height in decimal, then its rows, eight dots to a byte."""
    height, width = bitmap.shape
    return hashlib.sha256(f"{width}x{height}:".encode() + np.packbits(bitmap, axis=1).tobytes()).hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    temporary.write_bytes(content)
    temporary.replace(path)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def main(arguments: list[str] | None = None) -> int:
    """Tell the printer of a folder what to pretend."""
    parser = argparse.ArgumentParser(prog="python -m printers.virtual_folder", description="Control a virtual printer.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=", ".join((*FAULTS, *(f"{n}:N" for n in NUMBERED))))
    parser.add_argument("--power", choices=("on", "off"))
    chosen = parser.parse_args(arguments)
    try:
        if chosen.power is not None:
            set_control(chosen.folder, power=chosen.power == "on")
        if chosen.faults or chosen.power is None:
            set_control(chosen.folder, faults=chosen.faults)
    except InvalidField as error:
        parser.error(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
