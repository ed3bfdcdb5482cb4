"""The HTTP side of the core: problem details, signing in by bearer, idempotent changes."""
from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Response, current_app, g, jsonify, request
from marshmallow import ValidationError

from wms.core.actor import Actor
from wms.core.catalogue import LOCALES
from wms.core.command import run_once
from wms.core.error import WmsError
from wms.core.transaction import carry_out

P = ParamSpec("P")
T = TypeVar("T")

Authenticate = Callable[[str], Actor]


def problem(error: WmsError) -> Response:
    """RFC 9457 problem details with our code, its parameters and the text in the asker's language."""
    body = {
        "type": f"urn:wms:error:{error.code}",
        "title": error.code,
        "status": error.http_status,
        "detail": error.text(locale()),
        "code": error.code,
        "params": error.params,
    }
    response = jsonify(body)
    response.status_code = error.http_status
    response.content_type = "application/problem+json"
    return response


def locale() -> str:
    """The language of this request: the signed-in person's, else what the browser accepts."""
    actor: Actor | None = g.get("actor")
    if actor is not None:
        return actor.locale
    tags = {"zh-Hans": "zh_Hans", "zh-CN": "zh_Hans", "zh": "zh_Hans", "zh-Hant": "zh_Hant", "zh-TW": "zh_Hant"}
    best = request.accept_languages.best_match([*tags, "zh-HK", "en"], default="en")
    found = "zh_Hant" if best == "zh-HK" else tags.get(best or "en", "en")
    return found if found in LOCALES else "en"


def signed_in(posts: str = "") -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorator of views: a bearer token is needed, and one of `posts` (empty: anyone signed in)."""

    needed = frozenset(posts.split())

    def wrap(view: Callable[P, T]) -> Callable[P, T]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            authenticate = cast(Authenticate, current_app.extensions["wms_authenticate"])
            g.actor = authenticate(bearer())
            actor().require(needed)
            return view(*args, **kwargs)

        guarded.posts = needed  # type: ignore[attr-defined]  # read by the test that walks every route
        return guarded

    return wrap


def bearer() -> str:
    """The token of this request; empty when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def actor() -> Actor:
    """Who asks, inside a view that is `signed_in`."""
    return cast(Actor, g.actor)


def page_of(items: list[dict[str, Any]], limit: int, key: str = "id") -> dict[str, Any]:
    """A page of a list, and the cursor of the next one: `key` of the last item, None when this is the last page."""
    return {"items": items, "next": items[-1][key] if len(items) == limit else None}


def change(name: str, body: Mapping[str, Any], act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Carry out a change of the HTTP API in a transaction.

    With an `Idempotency-Key` header (a UUID) it is carried out once per key, and a repeat gets the
    stored answer; the same key with another body is refused (409).
    """
    key = request.headers.get("Idempotency-Key")
    if not key:
        return carry_out(act)
    try:
        command_id = uuid.UUID(key)
    except ValueError:
        raise ValidationError({"Idempotency-Key": ["a UUID is needed"]}) from None
    return run_once(command_id, name, body, actor().person_id, act)
