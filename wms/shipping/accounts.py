"""Accounts with carriers: their settings in the open, their secrets sealed."""
from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.sealed import seal, unseal
from wms.shipping.carriers import (
    Account,
    CarrierBusyError,
    CarrierRefusedError,
    CarrierSilentError,
    Party,
    Request,
    Tracker,
    plugin,
)
from wms.shipping.models import Carrier, CarrierFallback

_PARTY = ("name", "phone", "address", "district", "city", "province", "country", "postcode")


def account(carrier: Carrier) -> Account:
    """As its plug-in needs it. Raises `core.cannot_unseal`."""
    return Account(carrier.id, carrier.code, dict(carrier.settings), _secrets(carrier))


def sender(carrier: Carrier, house: Party) -> Party:
    """Who sends, as this carrier has it on record: the warehouse, but for what the account says otherwise."""
    said = {name: carrier.settings.get(f"sender_{name}") for name in _PARTY}
    known = {name: str(value) for name, value in said.items() if value}
    return Party(**{**{name: getattr(house, name) for name in _PARTY}, **known})


def by_code(code: str, *, lock: bool = False) -> Carrier:
    """Raises `core.not_found`."""
    wanted = select(Carrier).where(Carrier.code == code)
    found = db.session.execute(wanted.with_for_update() if lock else wanted).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="carrier", key=code)
    return found


def listed() -> list[dict[str, Any]]:
    """Every account as `shown`."""
    return [shown(carrier) for carrier in db.session.execute(select(Carrier).order_by(Carrier.code)).scalars()]


def shown(carrier: Carrier) -> dict[str, Any]:
    """An account as an administrator sees it: of its secrets only their names."""
    to = select(CarrierFallback.why, Carrier.code).join(Carrier, Carrier.id == CarrierFallback.to_carrier_id)
    rows = db.session.execute(to.where(CarrierFallback.carrier_id == carrier.id).order_by(CarrierFallback.place))
    return {
        "code": carrier.code, "name": carrier.name, "plugin": carrier.plugin, "active": carrier.active,
        "settings": carrier.settings, "secrets": sorted(_names(carrier)),
        "fallbacks": [{"carrier": row.code, "why": row.why} for row in rows],
    }  # fmt: skip


def change(
    code: str, *, name: str | None = None, plugin_name: str | None = None, active: bool | None = None,
    settings: Mapping[str, Any] | None = None, secrets: Mapping[str, str] | None = None,
    fallbacks: Sequence[tuple[str, str]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Make an account or change what is given of it; returns it as `shown`.

    `secrets`: those that are named, an empty one is forgotten; the others stay. `fallbacks`: (code, why), all of them.
    Raises `shipping.no_plugin`, and `core.not_found` for a fallback that is no carrier.
    """
    carrier = db.session.execute(select(Carrier).where(Carrier.code == code).with_for_update()).scalar_one_or_none()
    if carrier is None:
        carrier = Carrier(code=code, name=name or code, settings={})
        db.session.add(carrier)
    carrier.name = name or carrier.name
    if plugin_name is not None:
        plugin(plugin_name)
        carrier.plugin = plugin_name
    carrier.active = active if active is not None else carrier.active
    carrier.settings = dict(settings) if settings is not None else carrier.settings
    db.session.flush()
    if secrets:
        kept = {**_secrets_or_none(carrier), **secrets}
        plain = json.dumps({key: value for key, value in kept.items() if value}).encode()
        carrier.sealed = seal(plain, _about(carrier))
    if fallbacks is not None:
        _fall_back(carrier, fallbacks)
    db.session.flush()
    return shown(carrier)


def _fall_back(carrier: Carrier, fallbacks: Sequence[tuple[str, str]]) -> None:
    db.session.execute(delete(CarrierFallback).where(CarrierFallback.carrier_id == carrier.id))
    for place, (code, why) in enumerate(fallbacks, start=1):
        other = by_code(code)
        if other.id == carrier.id:
            raise WmsError("shipping.falls_back_on_itself", carrier=code)
        db.session.add(CarrierFallback(carrier_id=carrier.id, place=place, to_carrier_id=other.id, why=why))


def _about(carrier: Carrier) -> str:
    return f"carrier:{carrier.id}"


def _secrets(carrier: Carrier) -> dict[str, str]:
    return json.loads(unseal(carrier.sealed, _about(carrier))) if carrier.sealed else {}


def _secrets_or_none(carrier: Carrier) -> dict[str, str]:
    """Those that can still be read: under another secret key all are entered anew."""
    try:
        return _secrets(carrier)
    except WmsError:
        return {}


def _names(carrier: Carrier) -> set[str]:
    return set(_secrets_or_none(carrier))


def opened(code: str) -> tuple[Account, Any]:
    """An account with its plug-in. Raises `core.not_found`, `shipping.no_plugin`, `core.cannot_unseal`."""
    carrier = by_code(code)
    return account(carrier), plugin(carrier.plugin)


def try_out(mine: Account, speaks: Any) -> str:
    """Ask the carrier after something it does not have; returns what it has against the account, empty for nothing.

    Outside of any transaction. What it knows nothing of, it says so; wrong keys, it says so first.
    """
    if speaks.in_transaction:
        return ""
    nobody = Party("", "", "")
    try:
        if isinstance(speaks, Tracker):
            speaks.trace(mine, f"TEST{uuid.uuid4().hex[:10].upper()}", "", "")
        else:
            speaks.query(Request(uuid.uuid4().hex, mine.carrier_id, mine.code, "", "", 0, nobody, nobody, account=mine))
    except CarrierRefusedError as error:
        return str(error) if error.why == "account" else ""
    except (CarrierBusyError, CarrierSilentError) as error:
        return str(error) or type(error).__name__
    return ""
