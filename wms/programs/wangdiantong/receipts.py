"""Goods that come, and goods that leave without a sale: announced here, and true only when hands have moved them."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from wms.catalog import service as catalog
from wms.channels import service as channels
from wms.core.china import beijing, from_beijing
from wms.core.clock import now
from wms.core.error import WmsError
from wms.inbound import service as inbound
from wms.inbound.service import Announced, Facts
from wms.programs.wangdiantong.apps import App
from wms.programs.wangdiantong.protocol import (
    BAD_VALUE,
    EXISTS,
    FAILED,
    UNKNOWN_SKU,
    Asked,
    WdtError,
    must,
    pieces,
)
from wms.programs.wangdiantong.trades import mark

MOST = 500  # lines


def purchase(app: App, asked: Asked) -> dict[str, Any]:
    """A purchase (采购单) is an expected receipt of kind `purchase`; its number is outer_no, where that is given."""
    info = asked.thing("purchase_info")
    must(info, "provider_no", "warehouse_no", "details_list")
    return {"purchase_no": _announce(app, info, "purchase", info["details_list"], "num", ("tax_price", "price"))}


def stockin(app: App, asked: Asked) -> dict[str, Any]:
    """Goods that come for another reason (其他入库单) are an expected receipt of kind `asn`: they are in stock when
    they were received, not before."""
    info = asked.thing("stockin_info")
    must(info, "outer_no", "warehouse_no", "goods_list")
    prices = ("stockin_price", "src_price")
    return {"stockin_no": _announce(app, info, "asn", info["goods_list"], "stockin_num", prices)}


def _announce(
    app: App, info: dict[str, Any], kind: str, lines: Any, qty: str, prices: tuple[str, ...]
) -> str:
    app.at(str(info["warehouse_no"]))
    listed = _lines(lines)
    skus = _skus(listed)
    announced = [
        Announced(
            skus[str(each["spec_no"])], pieces(each.get(qty), qty), lot=str(each.get("batch_no") or "")[:60],
            produced_on=_day(each.get("production_date")), unit_cost=_cost(each, prices),
        )
        for each in listed
    ]  # fmt: skip
    facts = Facts(
        number=str(info.get("outer_no") or "")[:60], kind=kind, supplier=str(info.get("provider_no") or "")[:200],
        note=str(info.get("remark") or info.get("reason") or "")[:300],
        expected_at=_moment(info.get("expect_arrive_time")),
    )  # fmt: skip
    try:
        return inbound.announce(app.warehouse_id, facts, announced, actor_id=None).number
    except WmsError as error:
        if error.code == "inbound.receipt_exists":
            raise WdtError(EXISTS, facts.number) from None
        raise WdtError(FAILED, error.text("zh_Hans")) from None


def stockout(app: App, asked: Asked) -> dict[str, Any]:
    """Goods that leave without a sale (其他出库单) are an order of the app's first shop, of no value: it is picked,
    packed and handed over as all are. Without a whole address the audit holds it until a clerk has added it."""
    info = asked.thing("stockout_info")
    must(info, "outer_no", "warehouse_no", "detail_list")
    app.at(str(info["warehouse_no"]))
    if not app.shops:
        raise WdtError(FAILED, "该接口账号没有绑定店铺，无法创建出库单")
    listed = _lines(info["detail_list"])
    _skus(listed)
    number = str(info["outer_no"])
    code, shop_id = next(iter(app.shops.items()))
    receiver = {name: info.get(name) for name in (
        "receiver_name", "receiver_province", "receiver_city", "receiver_district", "receiver_address",
        "receiver_mobile", "receiver_telno", "receiver_zip",
    )}  # fmt: skip
    trade = {
        "tid": number, "trade_status": 30, "delivery_term": 1, "paid": 0, "trade_time": beijing(now()),
        "logistics_type": info.get("logistics_type"), "seller_memo": str(info.get("remark") or "其他出库"), **receiver,
        "order_list": [
            {"oid": f"{number}-{nr}", "spec_no": each["spec_no"], "num": pieces(each.get("num"), "num"), "price": 0}
            for nr, each in enumerate(listed, 1)
        ],
    }  # fmt: skip
    if channels.last_told(app.warehouse_id, code, [number]):
        raise WdtError(EXISTS, number)
    heard = channels.hear(app.warehouse_id, code, {number: trade})[number]
    if heard.order_id is None:
        raise WdtError(FAILED, str((heard.problem or {}).get("code", "")))
    mark(shop_id, [heard.order_id])
    return {"stockout_no": f"CK{heard.order_id}"}


def _lines(listed: Any) -> list[dict[str, Any]]:
    if not isinstance(listed, list) or not listed or not all(isinstance(each, dict) for each in listed):
        raise WdtError(BAD_VALUE, "details_list", "应为JSON数组")
    if len(listed) > MOST:
        raise WdtError(BAD_VALUE, "details_list", f"最多{MOST}条")
    for each in listed:
        must(each, "spec_no")
    return listed


def _skus(listed: list[dict[str, Any]]) -> dict[str, int]:
    found = catalog.sku_ids(str(each["spec_no"]) for each in listed)
    for each in listed:
        if str(each["spec_no"]) not in found:
            raise WdtError(UNKNOWN_SKU, each["spec_no"])
    return found


def _cost(line: dict[str, Any], names: tuple[str, ...]) -> Decimal | None:
    said = next((line[name] for name in names if line.get(name) not in (None, "")), None)
    try:
        found = None if said is None else Decimal(str(said))
    except ArithmeticError:
        found = Decimal(-1)
    if found is not None and not 0 <= found < Decimal(10**9):
        raise WdtError(BAD_VALUE, names[0], str(said)[:40])
    return found


def _moment(said: Any) -> datetime | None:
    if said in (None, "") or str(said).startswith("0000"):
        return None
    try:
        return from_beijing(str(said) if " " in str(said) else f"{said} 00:00:00")
    except ValueError:
        raise WdtError(BAD_VALUE, "时间", str(said)[:40]) from None


def _day(said: Any) -> Any:
    found = _moment(said)
    return found.date() if found else None
