"""Copies of the package with one bug planted in each, from the patches in `mutants/`."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATCHES = Path(__file__).parent / "mutants"


def names(caught_by: str = "") -> list[str]:
    """The patches, of those that this kind of test must catch; all but the battery's when none is named."""
    found = sorted(path.stem for path in PATCHES.glob("*.patch"))
    return [name for name in found if (catcher(name) == caught_by if caught_by else catcher(name) != "battery")]


def catcher(name: str) -> str:
    """What must catch the bug: a mixture of verbs (see `stock_machines`), or the battery."""
    found = re.search(r"^Caught by: (\w+)$", (PATCHES / f"{name}.patch").read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{name}.patch does not say what must catch it"
    return found[1]


def copy(folder: Path, name: str | None = None) -> Path:
    """The package in a folder of its own, with this bug in it (None: as it is)."""
    shutil.copytree(ROOT / "wms", folder / "wms", ignore=shutil.ignore_patterns("__pycache__"))
    for beside in ("bench", "migrations", "printers", "terminal_ui"):
        # The battery runs from its own folder, which must be this one.
        (shutil.copytree if beside == "bench" else os.symlink)(ROOT / beside, folder / beside)
    if name:
        patch = ["git", "apply", "-C1", "--recount", "--whitespace=nowarn", str(PATCHES / f"{name}.patch")]
        done = subprocess.run(patch, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, f"{name}.patch does not fit the code any more: {done.stderr}"
        assert _differs(folder), f"{name}.patch changes nothing"
    return folder


def _differs(folder: Path) -> bool:
    return any(
        path.read_bytes() != (ROOT / path.relative_to(folder)).read_bytes() for path in (folder / "wms").rglob("*.py")
    )


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in that copy, with the stateful test's own modules beside it."""
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{Path(__file__).parent}"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=1800
    )
