"""The one answer that terminals, stations and boards get, over HTTP and Socket.IO alike."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wms.core.catalogue import messages
from wms.core.error import WmsError


@dataclass(frozen=True)
class Envelope:
    """What a handler answers: the next screen, its data, a message code with parameters, a pop-up.

    `next` None keeps the screen. Words are added by `render`, in the language of who asked.
    """

    next: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    message: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    popup: dict[str, Any] | None = None


def render(envelope: Envelope, locale: str) -> dict[str, Any]:
    """The wire form: `{ok, next, data, message: {code, tone, text, params} | null, popup}`."""
    message = None
    if envelope.message:
        message = _message(envelope.message, locale, envelope.params)
    return {"ok": True, "next": envelope.next, "data": envelope.data, "message": message, "popup": envelope.popup}


def refusal(error: WmsError, locale: str) -> dict[str, Any]:
    """The wire form of a refusal: `ok` is false and the message says what to do."""
    message = _message(error.code, locale, error.params)
    return {"ok": False, "next": error.next, "data": {}, "message": message, "popup": None}


def _message(code: str, locale: str, params: dict[str, Any]) -> dict[str, Any]:
    entry = messages()[code]
    return {"code": code, "tone": entry.tone, "text": entry.text(locale, params), "params": params}
