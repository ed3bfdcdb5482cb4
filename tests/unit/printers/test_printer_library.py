"""The package as a whole: its README, its independence, its plug-ins and its benchmark."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import printers
from printers import documents
from printers.bench import label_rate
from printers.documents.base import Document
from printers.documents.test_page import TestPage

HOME = Path(printers.__file__).parent


def test_the_example_of_the_readme_runs() -> None:
    example, ways = re.findall(r"```python\n(.*?)```", (HOME / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    compile(ways, "README.md", "exec")  # it needs printers of three kinds
    exec("\n".join(line for line in ways.splitlines() if line.startswith("from ")), {})


def test_it_imports_nothing_of_the_warehouse() -> None:
    program = (
        "import sys, printers, printers.virtual, printers.os_queue, printers.escpos, printers.bench\n"
        "import printers.usb_port, printers.serial_port, printers.bench_hostile\n"
        "kept_out = {'wms', 'flask', 'sqlalchemy', 'usb', 'serial'}\n"
        "sys.exit([name for name in sys.modules if name.split('.')[0] in kept_out] or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_another_distribution_adds_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    page: Document[Any] = documents.DOCUMENTS["test_page"]
    extra = Document("shelf_label", TestPage, page.accepts, page.draw)

    class EntryPoint:
        def load(self) -> Document[Any]:
            return extra

    monkeypatch.setattr(documents, "DOCUMENTS", dict(documents.DOCUMENTS))
    monkeypatch.setattr(documents, "entry_points", lambda group: [EntryPoint()])
    assert documents.load_plugins() == ["shelf_label"]
    assert documents.render("shelf_label", {"printer": "x"}, media="100x180", dpi=203).bitmap.any()


def test_the_benchmark_reports_a_rate() -> None:
    report = label_rate(0.2)
    assert report["labels"]
    assert float(str(report["labels_per_second"])) > 5
