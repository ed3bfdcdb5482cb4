"""To whom nothing is sent unseen: by telephone, by the shop's id of the buyer, or by name and address.

What is kept of them is a keyed hash, which finds them again and tells nobody who they are, and what a list may show.
"""
from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from wms.access.models import Person
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.orders.auditing.tables import Blacklisted
from wms.orders.places.judging import veiled


def plain_phone(phone: str) -> str:
    """A number as it is compared: its digits, without the country's code and an extension."""
    plain = unicodedata.normalize("NFKC", phone).strip()
    head = re.sub(r"\D", "", re.split(r"[-,#转](?=\d{1,6}$)", plain)[0])
    digits = head if len(head) >= 10 else re.sub(r"\D", "", plain)  # 138-0013-8000 ends with no extension
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def plain_place(name: str, address: str) -> str:
    """A name and an address as they are compared."""
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", f"{name}|{address}").casefold())


def keys_of(recipient: str, phone: str, buyer: str, address: str) -> dict[tuple[str, bytes], None]:
    """What an order may be on the list by. What its platform hides is compared with nothing."""
    told = {
        "phone": "" if veiled(phone) else plain_phone(phone),
        "buyer": buyer.strip(),
        "address": "" if veiled(recipient) or veiled(address) else plain_place(recipient, address),
    }
    return {(kind, key(kind, value)): None for kind, value in told.items() if value}


def key(kind: str, value: str) -> bytes:
    """The keyed hash of a value, under a key of its own that follows from the secret key."""
    secret = hashlib.sha256(b"wms.orders.blacklist 1" + str(current_app.config["SECRET_KEY"]).encode()).digest()
    return hmac.digest(secret, f"{kind}\0{value}".encode(), "sha256")


def reasons(wanted: Mapping[int, Any], warehouses: Mapping[int, int]) -> dict[int, tuple[str, ...]]:
    """Why these orders (rows with recipient, phone, buyer and address, by id) are on the lists of their warehouses."""
    by_key: dict[tuple[str, bytes], list[int]] = defaultdict(list)
    for id, row in wanted.items():
        for each in keys_of(row.recipient, row.phone, row.buyer, row.address):
            by_key[each].append(id)
    rows = db.session.execute(
        select(Blacklisted.warehouse_id, Blacklisted.kind, Blacklisted.key, Blacklisted.reason)
        .where(among(Blacklisted.key, (found for _, found in by_key)))
    )  # fmt: skip
    said: dict[int, dict[str, None]] = defaultdict(dict)
    for row in rows:
        for id in by_key.get((row.kind, bytes(row.key)), ()):
            if warehouses[id] == row.warehouse_id:
                said[id][row.reason] = None
    return {id: tuple(found) for id, found in said.items()}


def put(warehouse_id: int, body: Mapping[str, str], person_id: int | None) -> int:
    """Put somebody on the list, or give another reason; returns the entry's id. `body`: kind, reason, and what the kind
    needs (phone, buyer, or recipient and address). Raises `orders.nothing_to_compare`."""
    kind = body["kind"]
    if kind == "address":
        value, shown = plain_place(body["recipient"], body["address"]), _masked(body["recipient"], body["address"])
        enough = bool(body["recipient"].strip() and body["address"].strip())
    else:
        value = plain_phone(body["phone"]) if kind == "phone" else body["buyer"].strip()
        shown, enough = _stars(value), bool(value)
    if not enough:
        raise WmsError("orders.nothing_to_compare")
    told = {"shown": shown, "reason": body["reason"], "at": now(), "person_id": person_id}
    made = insert(Blacklisted).values(warehouse_id=warehouse_id, kind=kind, key=key(kind, value), **told)
    made = made.on_conflict_do_update(index_elements=["warehouse_id", "kind", "key"], set_=told)
    return int(db.session.execute(made.returning(Blacklisted.id)).scalar_one())


def digest(body: Mapping[str, str]) -> str:
    """What tells one entry and its reason from another without saying who is meant."""
    return key("entry", "\0".join(body[name] for name in sorted(body))).hex()


def _stars(value: str) -> str:
    """The beginning and the end of a number or id."""
    return f"{value[:3]}{'*' * 4}{value[-4:]}" if len(value) > 8 else f"{value[:1]}{'*' * 4}"


def _masked(name: str, address: str) -> str:
    return f"{name[:1]}** {address[:6]}****"


def take_off(warehouse_id: int, entry_id: int) -> None:
    """Take somebody off the list. Raises `core.not_found`."""
    its = delete(Blacklisted).where(Blacklisted.id == entry_id, Blacklisted.warehouse_id == warehouse_id)
    if db.session.execute(its.returning(Blacklisted.id)).first() is None:
        raise WmsError("core.not_found", thing="blacklist", key=entry_id)


def told(ids: Sequence[int]) -> list[dict[str, Any]]:
    """These entries as a list shows them."""
    rows = db.session.execute(
        select(Blacklisted, Person.name).outerjoin(Person, Person.id == Blacklisted.person_id)
        .where(among(Blacklisted.id, ids))
    )  # fmt: skip
    return [
        {"id": one.id, "kind": one.kind, "shown": one.shown, "reason": one.reason, "at": one.at.isoformat(),
         "person": name}
        for one, name in rows
    ]  # fmt: skip
