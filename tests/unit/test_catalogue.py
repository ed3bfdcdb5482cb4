"""Every text exists in three languages with the same parameters, and every error raised has one."""
from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from wms.core.catalogue import LOCALES, messages

ROOT = Path(__file__).resolve().parents[2]
TONES = {"ok", "info", "queued", "warning", "error"}


@pytest.mark.parametrize("code", sorted(messages()))
def test_message_is_whole(code):
    message = messages()[code]
    names = [{field for _, field, _, _ in string.Formatter().parse(message.texts[each]) if field} for each in LOCALES]
    assert names[0] == names[1] == names[2]
    assert all(message.texts[each].strip() for each in LOCALES)
    assert message.tone in TONES
    assert 400 <= message.http < 600


def codes_in(path: Path) -> set[str]:
    """Codes given to WmsError(…), and to `message=` of an Envelope, as literal strings."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        values = node.args[:1] if name == "WmsError" else []
        if name == "Envelope":
            values = [keyword.value for keyword in node.keywords if keyword.arg == "message"]
        found |= {value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)}
    return found


def test_every_code_that_is_used_is_in_the_catalogue():
    used = {code for path in (ROOT / "wms").rglob("*.py") for code in codes_in(path)}
    assert used - set(messages()) == set()
    assert len(used) > 20
