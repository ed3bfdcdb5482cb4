"""Keys of programs: made, switched off, and requests that are signed with one.

A key is either sent along (`Authorization: Bearer`), and then only its hash is stored; or it signs each request and
never travels, and then it is stored sealed. What was signed counts for five minutes, and once.
"""
from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.dialects.postgresql import insert

from wms.access.devices import digest
from wms.access.models import ApiKey, RequestNonce
from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.sealed import seal, unseal

PREFIX = "wmsk_"
WINDOW = timedelta(minutes=5)  # a signed request is good before and after its time by the caller's clock
_NONCE = re.compile(r"[\x21-\x7e]{8,80}")


def create_api_key(name: str, warehouse_id: int, post: str, *, signs: bool = False) -> str:
    """Make a key for a program; returns it once. `signs`: it is not sent along, but signs requests."""
    return make_api_key(name, warehouse_id, post, signs=signs)[1]


def make_api_key(name: str, warehouse_id: int, post: str, *, signs: bool = False) -> tuple[ApiKey, str]:
    """As `create_api_key`, with the row."""
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        name=name, key_hash=digest(key), warehouse_id=warehouse_id, post=post, active=True, created_at=now()
    )
    db.session.add(row)
    db.session.flush()
    if signs:
        row.sealed = seal(key.encode(), _about(row.id))
        db.session.flush()
    return row, key


def of_bearer(key: str) -> Actor:
    """The program that sends this key along. Raises `core.not_signed_in`, `access.must_sign` (401)."""
    found = db.session.execute(
        select(ApiKey).where(ApiKey.key_hash == digest(key), ApiKey.active)
    ).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_signed_in")
    if found.sealed is not None:
        raise WmsError("access.must_sign", name=found.name)
    return _actor(found)


def of_signature(method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Actor:
    """The program that signed a request, within the caller's transaction, which keeps that it was made.

    `target` is path and query as they were sent. Headers: X-WMS-Key (the key's number), X-WMS-Timestamp (seconds),
    X-WMS-Nonce (8 to 80 letters, new each time), X-WMS-Signature. Raises `access.bad_signature` (401) for whatever is
    wrong with any of it, and `access.stale_signature` for one that is right, but late, early or used.
    """
    key_id, stamp, nonce = (headers.get(f"X-WMS-{name}", "") for name in ("Key", "Timestamp", "Nonce"))
    good = key_id.isdigit() and stamp.isdigit() and len(key_id) < 18 and len(stamp) < 12 and _NONCE.fullmatch(nonce)
    found = db.session.get(ApiKey, int(key_id)) if good else None
    if found is None or not found.active or found.sealed is None:
        raise WmsError("access.bad_signature")
    key = unseal(found.sealed, _about(found.id)).decode()
    wanted = sign(key, method, target, int(stamp), nonce, body)
    if not hmac.compare_digest(wanted.encode(), headers.get("X-WMS-Signature", "").encode()):
        raise WmsError("access.bad_signature")
    if abs(now().timestamp() - int(stamp)) > WINDOW.total_seconds() or not _first(found.id, nonce):
        raise WmsError("access.stale_signature", seconds=int(WINDOW.total_seconds()))
    return _actor(found)


def sign(key: str, method: str, target: str, timestamp: int, nonce: str, body: bytes) -> str:
    """The signature of a request: `v1=` and the hexadecimal HMAC-SHA256 of its parts, a line each, the body last."""
    told = f"{timestamp}\n{nonce}\n{method.upper()}\n{target}\n".encode() + body
    return "v1=" + hmac.new(key.encode(), told, hashlib.sha256).hexdigest()


def _first(key_id: int, nonce: str) -> bool:
    put = insert(RequestNonce).values(key_id=key_id, nonce=nonce, at=now()).on_conflict_do_nothing()
    return db.session.execute(put.returning(RequestNonce.key_id)).first() is not None


def forget_nonces() -> int:
    """Delete those whose requests would be too late anyway; returns how many."""
    result = db.session.execute(delete(RequestNonce).where(RequestNonce.at < now() - 3 * WINDOW))
    assert isinstance(result, CursorResult)
    return result.rowcount


def api_keys(warehouse_id: int) -> list[dict[str, Any]]:
    """The keys of a warehouse: who they are for, what they may, how they are used; never the keys themselves."""
    rows = db.session.execute(select(ApiKey).where(ApiKey.warehouse_id == warehouse_id).order_by(ApiKey.id))
    return [shown_api_key(row) for row in rows.scalars()]


def shown_api_key(row: ApiKey) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "post": row.post, "active": row.active, "signs": row.sealed is not None,
        "created_at": row.created_at,
    }  # fmt: skip


def switch_api_key(warehouse_id: int, key_id: int, active: bool) -> dict[str, Any]:
    """Switch a key off, or on again. Raises `core.not_found`."""
    row = db.session.execute(
        select(ApiKey).where(ApiKey.id == key_id, ApiKey.warehouse_id == warehouse_id).with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise WmsError("core.not_found", thing="key", key=key_id)
    row.active = active
    db.session.flush()
    return shown_api_key(row)


def _about(key_id: int) -> str:
    return f"api key {key_id}"


def _actor(row: ApiKey) -> Actor:
    return Actor(name=row.name, warehouse_id=row.warehouse_id, posts=frozenset({row.post}))
