"""Goods: pushed into the catalogue (goods_push), and how many there are (stock_query, api_goods_stock_change_*)."""
from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import exists, func, select

from wms.catalog import service as catalog
from wms.catalog.models import Barcode, Sku
from wms.catalog.service import SkuFacts
from wms.channels import service as channels
from wms.core.bulk import among
from wms.core.china import beijing
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.orders.models import Shop
from wms.programs.wangdiantong.apps import App
from wms.programs.wangdiantong.protocol import BAD_VALUE, FAILED, Asked, WdtError, must
from wms.stock.models import StockLevel, StockMove

MOST = 200  # goods of one push
MONTH = timedelta(days=31)
LEAST, LARGEST = 1, 2000  # items of one question about stock


def push(app: App, asked: Asked) -> dict[str, Any]:
    """Goods with their specs: each spec is a SKU of ours, by its spec_no (商家编码). All go in, or none."""
    facts: dict[str, SkuFacts] = {}
    named: set[str] = set()
    for goods in asked.listed("goods_list", MOST):
        must(goods, "goods_no", "spec_list")
        if not isinstance(goods["spec_list"], list):
            raise WdtError(BAD_VALUE, "spec_list", "应为JSON数组")
        for spec in goods["spec_list"]:
            one = _facts(goods, spec)
            facts[one.code] = one
            named |= {name for name, field in (("weight_g", "weight"), ("length_mm", "length"), ("width_mm", "width"),
                                               ("height_mm", "height")) if spec.get(field)}  # fmt: skip
    try:
        counted = catalog.put_skus(list(facts.values()), {"name", *named})
    except WmsError as error:
        raise WdtError(FAILED, error.text("zh_Hans")) from None
    return {"new_count": counted["created"], "chg_count": counted["updated"]}


def _facts(goods: dict[str, Any], spec: Any) -> SkuFacts:
    if not isinstance(spec, dict):
        raise WdtError(BAD_VALUE, "spec_list", "应为JSON数组")
    must(spec, "spec_no")
    name = f"{goods.get('goods_name') or goods['goods_no']} {spec.get('spec_name') or ''}".strip()
    barcodes = {str(each) for each in (spec.get("barcode"), *_more_barcodes(spec)) if each} - {str(spec["spec_no"])}
    return SkuFacts(
        code=str(spec["spec_no"])[:100], name=name[:300], weight_g=_measure(spec, "weight", 1000),
        length_mm=_measure(spec, "length", 10), width_mm=_measure(spec, "width", 10),
        height_mm=_measure(spec, "height", 10), barcodes=tuple(sorted(barcodes)),
    )  # fmt: skip


def _more_barcodes(spec: dict[str, Any]) -> list[Any]:
    listed = spec.get("barcode_list") or []
    return [each.get("barcode") if isinstance(each, dict) else each for each in listed]


def _measure(spec: dict[str, Any], name: str, times: int) -> int:
    """Kilograms as grams, centimetres as millimetres."""
    try:
        found = Decimal(str(spec.get(name) or 0)) * times
    except InvalidOperation:
        found = Decimal(-1)
    if not 0 <= found <= 10_000_000:
        raise WdtError(BAD_VALUE, name, str(spec[name])[:40])
    return round(found)


# ---- how many there are

def query(app: App, asked: Asked) -> dict[str, Any]:
    """Stock of SKUs: of one by its spec_no or barcode, or of those that moved in a span of time, else of all."""
    app.at(asked.text("warehouse_no"))
    span = asked.span(MONTH, "31天")
    wanted = (
        select(StockLevel, Sku)
        .join(Sku, Sku.id == StockLevel.sku_id)
        .where(StockLevel.warehouse_id == app.warehouse_id, among(StockLevel.owner_id, _owners(app)))
    )
    if code := asked.text("spec_no"):
        wanted = wanted.where(Sku.code == code)
    if barcode := asked.text("barcode"):
        wanted = wanted.where(Sku.id.in_(select(Barcode.sku_id).where(Barcode.code == barcode)))
    if span is not None:
        moved = exists().where(
            StockMove.warehouse_id == app.warehouse_id, StockMove.sku_id == StockLevel.sku_id,
            StockMove.at.between(span.start, span.end + timedelta(seconds=1)),
        )  # fmt: skip
        wanted = wanted.where(moved)
    number, size = asked.page()
    rows = db.session.execute(wanted.order_by(Sku.code, StockLevel.id).offset(number * size).limit(size)).all()
    total: dict[str, Any] = {}
    if not number:
        counted = select(func.count()).select_from(wanted.with_only_columns(StockLevel.id).subquery())
        total = {"total_count": db.session.execute(counted).scalar_one()}
    return {**total, "stocks": [_stock(app, level, sku) for level, sku in rows]}


def _owners(app: App) -> list[int]:
    found = db.session.execute(select(Shop.owner_id).where(among(Shop.id, app.shops.values())))
    return sorted(set(found.scalars()))


def _stock(app: App, level: StockLevel, sku: Sku) -> dict[str, Any]:
    free = max(level.on_hand - level.promised, 0)
    return {
        "rec_id": level.id, "goods_no": sku.code, "goods_name": sku.name, "spec_no": sku.code, "spec_name": "",
        "warehouse_no": app.house, "defect": 0, "stock_num": str(level.on_hand), "lock_num": "0", "order_num": "0",
        "sending_num": str(level.promised), "available_send_stock": str(free), "avaliable_num": str(free),
        "weight": str(Decimal(sku.weight_g) / 1000), "modified": beijing(now()),
    }  # fmt: skip


# ---- what a shop should offer

def changed(app: App, asked: Asked) -> dict[str, Any]:
    """What shops should be told of: items whose number is not what they said they took last."""
    shops = app.some(asked.text("shop_no", needed=True))
    limit = asked.whole("limit", 100, LEAST, LARGEST)
    codes = {shop_id: code for code, shop_id in app.shops.items()}
    listed = [
        {
            "rec_id": each.row_id, "shop_no": codes[each.shop_id], "goods_id": each.item_id, "spec_id": each.variant_id,
            "goods_no": each.sku, "spec_no": each.sku, "erp_spec_type": 1, "erp_spec_no": each.sku,
            "sync_stock": each.qty, "stock_change_count": int(now().timestamp()),
        }
        for each in channels.offered_now(shops, limit)
    ]  # fmt: skip
    return {"current_count": len(listed), "stock_change_list": listed}


def acknowledged(app: App, asked: Asked) -> dict[str, Any]:
    """Shops have taken these numbers: they come again when they have changed."""
    for each in asked.listed("stock_sync_list", LARGEST):
        must(each, "rec_id", "sync_stock")
        row_id, qty = str(each["rec_id"]), str(each["sync_stock"]).split(".")[0]
        if not (row_id.isdigit() and qty.isdigit()):
            raise WdtError(BAD_VALUE, "rec_id", row_id[:40])
        if not channels.note_offered(list(app.shops.values()), int(row_id), int(qty)):
            raise WdtError(BAD_VALUE, "rec_id", row_id)
    return {}
