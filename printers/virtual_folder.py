"""The folder of a virtual printer: the labels it printed, its state, and the file that controls it.

Everything is written whole and then renamed into place, so that another process never reads half.

    000001.png  000001.json   a label, and its facts
    control.json              {"power": true, "faults": ["paper_out"]}, written by whoever controls it
    printer.json              name, language, port, power, labels waiting; written by the printer
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from printers.bitmap import Dots, png_of
from printers.errors import InvalidField

FAULTS = ("paper_out", "head_open", "ribbon_out", "paused", "deaf", "hang", "slow")  # and disconnect:N
STOPPING = frozenset({"paper_out", "head_open", "ribbon_out", "paused"})


@dataclass(frozen=True)
class Control:
    """What the printer is told to pretend."""

    power: bool = True
    faults: frozenset[str] = field(default_factory=frozenset)

    @property
    def disconnect_at(self) -> int | None:
        """After how many bytes of a connection it is to be torn down, if at all."""
        found = [fault for fault in self.faults if fault.startswith("disconnect:")]
        return int(found[0].partition(":")[2]) if found else None


def set_control(folder: Path | str, *, power: bool | None = None, faults: Iterable[str] | None = None) -> None:
    """Change what the printer of `folder` pretends; None leaves a part as it is.

    Faults: paper_out, head_open, ribbon_out, paused, deaf (never answers), hang (never reads), slow
    (20 kB/s, a second a label), disconnect:N. Raises InvalidField for another.
    """
    now = read_control(folder)
    wanted = now.faults if faults is None else frozenset(faults)
    for fault in wanted:
        name, _, number = fault.partition(":")
        if fault not in FAULTS and not (name == "disconnect" and number.isdecimal()):
            raise InvalidField("faults", f"no such fault: {fault!r}")
    content = {"power": now.power if power is None else power, "faults": sorted(wanted)}
    _write(Path(folder) / "control.json", json.dumps(content).encode())


def read_control(folder: Path | str) -> Control:
    """What the printer is told to pretend; all well if nothing, or nothing legible, is written."""
    content = _read_json(Path(folder) / "control.json")
    faults = content.get("faults", [])
    return Control(bool(content.get("power", True)), frozenset(str(fault) for fault in faults))


def read_printer(folder: Path | str) -> dict[str, Any]:
    """What the printer last said of itself: name, language, port, power, waiting, rejected, error."""
    return _read_json(Path(folder) / "printer.json")


def read_labels(folder: Path | str, limit: int = 20) -> list[dict[str, Any]]:
    """Facts of the last `limit` labels, newest first; "file" is the name of the PNG in the folder."""
    sidecars = sorted(Path(folder).glob("[0-9]*.json"), key=lambda path: int(path.stem), reverse=True)
    return [facts for path in sidecars[:limit] if (facts := _read_json(path))]


class LabelFolder:
    """Writes labels with sequence numbers that go on where an earlier run ended."""

    def __init__(self, folder: Path, dpi: int) -> None:
        self.path = folder
        self._dpi = dpi
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._last = max((int(path.stem) for path in folder.glob("[0-9]*.json")), default=0)

    def save(self, bitmap: Dots, payload: bytes) -> int:
        """Write one label; `payload` is what it was sent as. Returns its sequence number."""
        with self._lock:
            self._last += 1
            name = f"{self._last:06d}"
            facts = {
                "sequence": self._last, "file": f"{name}.png", "time": datetime.now(UTC).isoformat(),
                "bytes": len(payload), "sha256": hashlib.sha256(payload).hexdigest(),
                "width": int(bitmap.shape[1]), "height": int(bitmap.shape[0]), "dpi": self._dpi,
            }  # fmt: skip
            _write(self.path / f"{name}.png", png_of(bitmap, self._dpi))
            # After the picture: whoever sees the facts finds the picture too.
            _write(self.path / f"{name}.json", json.dumps(facts).encode())
            return self._last

    def describe(self, facts: dict[str, Any]) -> None:
        """Write what the printer says of itself."""
        _write(self.path / "printer.json", json.dumps(facts, ensure_ascii=False).encode())


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
