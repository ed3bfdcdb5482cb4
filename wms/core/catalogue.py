"""The catalogue of everything the system says, in three languages, each text once.

A room keeps its texts in `messages.toml` beside its code. A table there is one message:

    [wrong_bin]                     # code: `<room>.wrong_bin`
    http = 409                      # errors only: status over HTTP, 422 when absent
    tone = "error"                  # ok | info | warning | error; "error" when absent
    en = "This is {scanned}. Go to {wanted}."
    zh_Hans = "…"
    zh_Hant = "…"

Texts of the browser pages live in `terminal_ui/messages/*.toml` under codes that begin with `ui.`.
"""
from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LOCALES = ("en", "zh_Hans", "zh_Hant")
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Message:
    """One entry of the catalogue: texts by locale, with the tone and HTTP status that go with it."""

    code: str
    texts: Mapping[str, str]
    tone: str = "error"
    http: int = 422

    def text(self, locale: str, params: Mapping[str, Any]) -> str:
        """The text with its `{params}` filled in; a parameter that is absent shows as its name.

        A parameter that is a list of `{"say": code, …}` shows as those texts, one after the other.
        """
        known = locale if locale in LOCALES else "en"
        return self.texts[known].format_map(_Named({name: _spoken(each, known) for name, each in params.items()}))


def _spoken(value: Any, locale: str) -> Any:
    if not (isinstance(value, list) and value and all(isinstance(each, dict) and "say" in each for each in value)):
        return value
    between = ", " if locale == "en" else "、"
    return between.join(messages()[each["say"]].text(locale, each) for each in value)


class _Named(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _files() -> list[tuple[str, Path]]:
    rooms = sorted((ROOT / "wms").glob("*/messages.toml"))
    pages = sorted((ROOT / "terminal_ui" / "messages").glob("*.toml"))
    return [*((path.parent.name, path) for path in rooms), *(("ui", path) for path in pages)]


def _flatten(prefix: str, table: Mapping[str, Any]) -> dict[str, Message]:
    if "en" in table and isinstance(table["en"], str):
        texts = {locale: table[locale] for locale in LOCALES}
        return {prefix: Message(prefix, texts, table.get("tone", "error"), table.get("http", 422))}
    return {
        code: message for key, child in table.items() for code, message in _flatten(f"{prefix}.{key}", child).items()
    }


@cache
def messages() -> dict[str, Message]:
    """Every message by its code. A locale that is absent from an entry stops the start (KeyError)."""
    found: dict[str, Message] = {}
    for prefix, path in _files():
        found.update(_flatten(prefix, tomllib.loads(path.read_text(encoding="utf-8"))))
    return found


def text(code: str, locale: str, **params: Any) -> str:
    """The text of `code` in `locale`."""
    return messages()[code].text(locale, params)


GUIDE = "ui.guide."  # long texts that one page reads, and no device carries along


def browser_texts(locale: str, *, guide: bool = False) -> dict[str, str]:
    """What the pages need: every `ui.` text of one locale, parameters left in place; or those of the guides alone."""
    return {
        code: message.texts[locale] for code, message in messages().items()
        if code.startswith("ui.") and code.startswith(GUIDE) == guide
    }  # fmt: skip
