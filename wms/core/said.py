"""Sentences of the catalogue that are made now and read later, in whatever language the reader has."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wms.core import catalogue


@dataclass(frozen=True)
class Said:
    """A text of the catalogue with its parameters, which may be such sentences themselves."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def text(self, locale: str = "en") -> str:
        return catalogue.text(self.code, locale, **{name: _plain(value, locale) for name, value in self.params.items()})

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """For a program: the code, the parameters as text, and the whole sentence."""
        params = {name: _plain(value, locale) for name, value in self.params.items()}
        return {"code": self.code, "params": params, "text": self.text(locale)}


def _plain(value: Any, locale: str) -> Any:
    if isinstance(value, Said):
        return value.text(locale)
    if isinstance(value, datetime):
        return f"{value:%F %T}"
    return value if isinstance(value, int) else str(value)
