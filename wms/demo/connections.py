"""How the demo's virtual shops and carriers are connected: as a merchant would, with accounts, secrets and rules."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from wms.catalog.models import Sku
from wms.channels import service as channels
from wms.channels.models import ChannelAccount
from wms.channels.virtual.shop import VirtualShop
from wms.core.clock import now
from wms.core.db import db
from wms.demo.buyers import FRONTS, Front
from wms.demo.load import WAREHOUSE
from wms.layout.models import Warehouse
from wms.orders.auditing import rulebook
from wms.orders.models import Shop
from wms.shipping import accounts
from wms.shipping.carriers.standins import StandIns
from wms.stock.models import StockBalance
from wms.waves import wave_rules
from wms.waves.presets import PRESETS
from wms.waves.triggers import Trigger

EVERY_S = 60  # between two pulls of a shop, which besides says of each order that it is there
# Code, name, plug-in, path at the stand-ins, and what the carrier wants to be told.
CARRIERS: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    ("sf", "顺丰速运 SF Express", "sf", {"monthly_card": "7551234567"}),
    ("yto", "圆通速递 YTO · 快递100", "kuaidi100", {"com": "yuantong"}),
    ("zto", "中通快递 ZTO · 菜鸟", "cainiao", {"cp_code": "ZTO", "channel": "TB", "template_url": "https://cloudprint.example/zto",
                                        "tracker": "yto", "tracker_com": "zhongtong"}),
)  # fmt: skip
RULES: tuple[tuple[str, list[dict[str, Any]], list[dict[str, Any]]], ...] = (
    ("先问买家 Ask the buyer first", [{"what": "remark", "names": ["联系我", "改地址", "Call me"]}],
     [{"what": "hold", "text": "先联系买家 Ask the buyer before it is sent"}]),
    ("送礼 A gift", [{"what": "remark", "names": ["送礼", "贺卡", "gift"]}],
     [{"what": "tag", "text": "礼 gift"}, {"what": "note", "text": "祝您开心 With our best wishes"}]),
    ("大额财审 Large amounts", [{"what": "total", "least": "600"}],
     [{"what": "review", "text": "大额 A large amount"}]),
    ("要顺丰 Wants SF", [{"what": "remark", "names": ["顺丰"]}, {"what": "platform", "names": ["jd"]}],
     [{"what": "carrier", "carrier": "sf"}]),
)  # fmt: skip
WAVE_RULE = "网店订单 Orders of shops"


def house() -> int | None:
    """The warehouse of the demo; None where the database holds something else, which nobody virtual orders from."""
    return db.session.execute(select(Warehouse.id).where(Warehouse.code == WAREHOUSE)).scalar()


def goods() -> list[str]:
    """The SKUs of which there is something, those with most first: of these buyers may have much."""
    here = StockBalance
    its = select(Sku.code).join(here, here.sku_id == Sku.id).where(here.on_hand > here.held)
    return list(dict.fromkeys(db.session.execute(its.order_by(here.on_hand.desc(), Sku.code)).scalars()))


def connect(warehouse_id: int, urls: Mapping[str, tuple[str, VirtualShop]], servers: StandIns, here: str) -> None:
    """Connect them where they are served now. `urls`: by the code of the shop; `here`: where this service is."""
    for code, name, plugin, settings in CARRIERS:
        where = f"{servers.url}/{plugin}"
        more = {"query_url": f"{where}/query", "poll_url": f"{where}/poll"} if plugin == "kuaidi100" else {}
        told = {} if plugin == "cainiao" else {"callback": f"{here}/api/v1/carriers/{code}/push"}
        accounts.change(
            code, name=name, plugin_name=plugin, active=True, settings={"url": where, **more, **told, **settings},
            secrets=servers.secrets,
        )  # fmt: skip
    fresh = [front for front in FRONTS if _open(front)]
    for front in FRONTS:
        url, shop = urls[front.code]
        channels.connect(warehouse_id, front.code, _connection(front, url, shop))
        channels.pause(warehouse_id, front.code, False)
    if fresh:
        _rules(warehouse_id)


def _open(front: Front) -> bool:
    """Whether the shop is new."""
    if db.session.execute(select(Shop.id).where(Shop.code == front.code)).scalar() is not None:
        return False
    carrier = next(iter(front.carriers))
    db.session.add(
        Shop(code=front.code, name=front.name, platform=front.platform, currency=front.currency, carrier=carrier)
    )
    db.session.flush()
    return True


def _connection(front: Front, url: str, shop: VirtualShop) -> dict[str, Any]:
    return {
        "plugin": front.plugin, "url": url, "app_key": shop.app_key, "app_secret": shop.secret,
        "access_token": shop.token, "refresh_token": shop.refresh_token, "webhook_secret": shop.webhook_secret,
        "every_s": EVERY_S, "since": now() - timedelta(minutes=5),
        "settings": {"carriers": dict(front.carriers), **front.settings},
    }  # fmt: skip


def _rules(warehouse_id: int) -> None:
    """What clerks would have written: rules of the audit, and one that makes waves of what the shops sell."""
    for name, conditions, actions in RULES:
        told = {"name": name, "enabled": True, "conditions": conditions, "actions": actions}
        rulebook.add(warehouse_id, told, by=None)
    # Not sooner, so that a clerk has the time to see what could go into one parcel.
    often = replace(PRESETS["first_come"], trigger=Trigger("count", orders=12, oldest_minutes=4))
    facts = often.facts()
    facts["filter"] = {**facts["filter"], "shops": [front.code for front in FRONTS]}
    wave_rules.keep(warehouse_id, {**facts, "name": WAVE_RULE})


def rest() -> None:
    """The shops are not there this time: nobody asks them."""
    warehouse_id = house()
    codes = [front.code for front in FRONTS]
    its = select(Shop.code).join(ChannelAccount, ChannelAccount.shop_id == Shop.id).where(Shop.code.in_(codes))
    if warehouse_id is not None:
        for code in db.session.execute(its.order_by(Shop.id)).scalars().all():
            channels.pause(warehouse_id, code, True)
