"""Every command of the README, carried out as it stands there, one after the other."""
from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.world import free_port

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.strip()]
READY_SECONDS = 300  # a busy machine is slow, not broken

# Six lines of the shape of the public file: two orders, a cancellation, postage and a free sample.
INVOICES = """Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
529995,48184,DOORMAT ENGLISH ROSE ,6,2010-11-01 08:56,7.95,16316,United Kingdom
529995,22708,WRAP DOLLY GIRL,25,2010-11-01 08:56,0.42,16316,United Kingdom
529996,POST,POSTAGE,1,2010-11-01 09:03,18.00,12583,France
529996,21523,DOORMAT FANCY FONT,10,2010-11-01 09:03,6.75,12583,France
529997,22719,GUMBALL MONOCHROME COAT RACK,4,2010-11-01 09:10,0.0,,United Kingdom
C529998,48184,DOORMAT ENGLISH ROSE ,-1,2010-11-01 09:20,7.95,16316,United Kingdom
"""


class Newcomer:
    """Someone who types the README's commands on a machine with nothing else on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        (folder / "invoices.csv").write_text(INVOICES)
        plain = {name: value for name, value in os.environ.items() if not name.startswith("WMS_")}
        self.environment = {**plain, "WMS_DATA": str(folder / "data"), "WMS_PORT": str(self.port)}
        self.demo: subprocess.Popen[bytes] | None = None

    def here(self, command: str) -> str:
        """The command with this machine's folder, port and files in the place of the README's."""
        command = command.replace("127.0.0.1:8100", f"127.0.0.1:{self.port}")
        command = command.replace("data/demo/", f"{self.folder}/data/demo/")
        return command.replace("online-retail-2010-11.csv", f"{self.folder}/invoices.csv")

    def start_demo(self, command: str) -> str:
        log = self.folder / "demo.log"
        with log.open("wb") as out:
            self.demo = subprocess.Popen(
                command, shell=True, cwd=ROOT, env=self.environment, stdout=out, stderr=out, start_new_session=True
            )
        until = time.monotonic() + READY_SECONDS
        while "Terminal" not in log.read_text():
            assert self.demo.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        return log.read_text()

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.here(command), shell=True, cwd=ROOT, env=self.environment, capture_output=True, text=True,
            timeout=READY_SECONDS,
        )  # fmt: skip

    def leave(self) -> None:
        if self.demo is not None:
            os.killpg(self.demo.pid, signal.SIGINT)
            self.demo.wait(READY_SECONDS)


@pytest.fixture(scope="module")
def newcomer() -> Iterator[Newcomer]:
    folder = Path(tempfile.mkdtemp(prefix="wms-readme-"))
    folder.chmod(0o755)
    someone = Newcomer(folder)
    yield someone
    someone.leave()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("command", COMMANDS)
def test_command(newcomer, command):
    if command == "make test":
        # This very test is part of it: what can be shown here is that CI runs the same words.
        assert "exec make test" in (ROOT / ".ci" / "run").read_text()
        return
    if command == "make demo":
        told = newcomer.start_demo(command)
        assert all(page in told for page in ("/terminal", "/station", "/board", "/stock", "/labels"))
        return
    done = newcomer.run(command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_readme_is_short_and_its_links_lead_somewhere():
    assert README.count("\n") <= 150
    links = re.findall(r"\]\(([^)#]+)\)", README) + re.findall(r'src="([^"]+)"', README)
    missing = [link for link in links if not link.startswith("http") and not (ROOT / link).exists()]
    assert missing == []
