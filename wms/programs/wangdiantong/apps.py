"""Apps that speak 旺店通: who they are, what they reach, and whether a request is theirs."""
from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import delete, insert, select

from wms.channels import service as channels
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.sealed import seal, unseal
from wms.layout.models import Warehouse
from wms.orders.models import Shop
from wms.programs.models import DialectApp, DialectShop
from wms.programs.wangdiantong.protocol import (
    BAD_SIGN,
    BAD_TIME,
    UNKNOWN_APP,
    UNKNOWN_HOUSE,
    UNKNOWN_SHOP,
    WINDOW_S,
    WdtError,
    sign,
)

PLUGIN = "wangdiantong"


@dataclass(frozen=True)
class App:
    """Who asks: the app's id, its warehouse, and its shops by code: {code: id}."""

    id: int
    warehouse_id: int
    shops: Mapping[str, int]

    @cached_property
    def house(self) -> str:
        """The code of the warehouse."""
        return str(db.session.execute(select(Warehouse.code).where(Warehouse.id == self.warehouse_id)).scalar_one())

    def shop(self, code: str) -> int:
        """The id of one of its shops. Raises WdtError."""
        if code not in self.shops:
            raise WdtError(UNKNOWN_SHOP, code)
        return self.shops[code]

    def some(self, code: str) -> list[int]:
        """The shop of this code, or all of them where none is named."""
        return [self.shop(code)] if code else sorted(self.shops.values())

    def at(self, code: str) -> None:
        """Raises WdtError when this is not the code of its warehouse; none named is that."""
        if code and code != self.house:
            raise WdtError(UNKNOWN_HOUSE, code)


def admit(values: Mapping[str, str]) -> App:
    """The app that signed a request. Raises WdtError: 100 unknown, 101 its clock, 102 its signature."""
    wanted = select(DialectApp).where(
        DialectApp.sid == values.get("sid", ""), DialectApp.app_key == values.get("appkey", ""), DialectApp.active
    )
    found = db.session.execute(wanted).scalar_one_or_none()
    if found is None:
        raise WdtError(UNKNOWN_APP)
    stamp = values.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 11 or abs(now().timestamp() - int(stamp)) > WINDOW_S:
        raise WdtError(BAD_TIME)
    secret = unseal(found.secret, _about(found.id)).decode()
    if not hmac.compare_digest(sign(values, secret).encode(), values.get("sign", "").lower().encode()):
        raise WdtError(BAD_SIGN)
    if found.used_at is None or (now() - found.used_at).total_seconds() > 60:
        found.used_at = now()
    return App(found.id, found.warehouse_id, _shops([found.id]).get(found.id, {}))


def _shops(app_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    rows = db.session.execute(
        select(DialectShop.app_id, Shop.code, Shop.id)
        .join(Shop, Shop.id == DialectShop.shop_id)
        .where(among(DialectShop.app_id, app_ids))
        .order_by(Shop.id)
    )
    found: dict[int, dict[str, int]] = {}
    for app_id, code, shop_id in rows:
        found.setdefault(app_id, {})[code] = shop_id
    return found


# ---- administration

def add(warehouse_id: int, facts: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Make an app: `name`, `sid`, `shops` (codes), `carriers` {ours: logistics_type}. Returns it with its secret, which
    is shown only now.

    Raises `orders.unknown_shop`, `channels.not_passive`, `channels.other_warehouse`, `programs.shop_taken`.
    """
    app_key, secret = f"{facts['sid']}-{secrets.token_hex(4)}", secrets.token_hex(16)
    app = DialectApp(
        warehouse_id=warehouse_id, name=facts["name"], sid=facts["sid"], app_key=app_key, secret=b"", made_at=now(),
        active=True,
    )  # fmt: skip
    db.session.add(app)
    db.session.flush()
    app.secret = seal(secret.encode(), _about(app.id))
    _bind(app, facts["shops"], facts["carriers"])
    return shown(warehouse_id, app.id)[0], secret


def change(warehouse_id: int, app_id: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change what is named: name, active, shops, carriers. Raises as `add`, and `core.not_found`."""
    app = _get(warehouse_id, app_id)
    for name in ("name", "active"):
        if name in changes:
            setattr(app, name, changes[name])
    if "shops" in changes:
        _bind(app, changes["shops"], changes.get("carriers", {}))
    db.session.flush()
    return shown(warehouse_id, app_id)[0]


def renew(warehouse_id: int, app_id: int) -> tuple[dict[str, Any], str]:
    """A new secret, shown only now; the old one counts no more."""
    app, secret = _get(warehouse_id, app_id), secrets.token_hex(16)
    app.secret = seal(secret.encode(), _about(app.id))
    db.session.flush()
    return shown(warehouse_id, app_id)[0], secret


def _get(warehouse_id: int, app_id: int) -> DialectApp:
    wanted = select(DialectApp).where(DialectApp.id == app_id, DialectApp.warehouse_id == warehouse_id)
    found = db.session.execute(wanted.with_for_update()).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="app", key=app_id)
    return found


def _bind(app: DialectApp, codes: Sequence[str], carriers: Mapping[str, str]) -> None:
    settings = {"carriers": dict(carriers)} if carriers else {}
    ids = {code: channels.connect_passive(app.warehouse_id, code, PLUGIN, settings) for code in sorted(set(codes))}
    taken = select(Shop.code).join(DialectShop, DialectShop.shop_id == Shop.id)
    other = taken.where(among(DialectShop.shop_id, ids.values()), DialectShop.app_id != app.id).limit(1)
    code = db.session.execute(other).scalar()
    if code is not None:
        raise WmsError("programs.shop_taken", shop=code)
    db.session.execute(delete(DialectShop).where(DialectShop.app_id == app.id))
    if ids:
        db.session.execute(insert(DialectShop), [{"shop_id": each, "app_id": app.id} for each in ids.values()])


def shown(warehouse_id: int, app_id: int | None = None) -> list[dict[str, Any]]:
    """The apps of a warehouse, or one; secrets are in none of it."""
    wanted = select(DialectApp).where(DialectApp.warehouse_id == warehouse_id).order_by(DialectApp.id)
    rows = db.session.execute(wanted if app_id is None else wanted.where(DialectApp.id == app_id)).scalars().all()
    shops = _shops([row.id for row in rows])
    return [
        {
            "id": row.id, "name": row.name, "sid": row.sid, "app_key": row.app_key, "active": row.active,
            "shops": sorted(shops.get(row.id, {})), "made_at": row.made_at, "used_at": row.used_at,
        }
        for row in rows
    ]  # fmt: skip


def _about(app_id: int) -> str:
    return f"dialect app {app_id}"
