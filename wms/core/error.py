"""The one error that the system raises on purpose: a code and data; the words live in the catalogue."""
from __future__ import annotations

from typing import Any

from wms.core.catalogue import messages


class WmsError(Exception):
    """A refusal with its reason. Nothing moved: the transaction it left was rolled back.

    `code` names an entry of the catalogue, which also holds the tone and the HTTP status; `params`
    fill its text and travel to the client as data. `next` names the screen a terminal should show,
    when it is not the one it is on.
    """

    def __init__(self, code: str, *, next: str | None = None, **params: Any) -> None:
        self.entry = messages()[code]
        self.code = code
        self.next = next
        self.params = params
        super().__init__(f"{code} {params}" if params else code)

    @property
    def http_status(self) -> int:
        return self.entry.http

    @property
    def tone(self) -> str:
        return self.entry.tone

    def text(self, locale: str) -> str:
        return self.entry.text(locale, self.params)
