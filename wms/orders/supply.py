"""What an import of orders may create when it is told to: the shop, SKUs, and stock in bins."""
from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, cycle

from sqlalchemy import func, select

from wms.catalog import service as catalog
from wms.catalog.service import SkuFacts
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout import service as layout
from wms.layout.models import Bin
from wms.layout.service import ZonePlan
from wms.orders.intake import Draft
from wms.orders.models import Shop
from wms.stock import service as stock
from wms.stock.models import StockBalance, StockLevel
from wms.stock.service import Goods

TOP_LEVEL = 12  # more shelves above each other are not built; SKUs then share bins


@dataclass(frozen=True)
class Demand:
    """Pieces of a SKU of an owner that orders want, on how many lines."""

    sku_id: int
    pieces: int
    lines: int
    owner_id: int = 1


def demand(drafts: Iterable[Draft]) -> list[Demand]:
    """What these orders want, bundles taken apart, of the stock of their shops' owners; unknown SKUs are left out."""
    wanted = [(draft.shop, line.sku, line.qty) for draft in drafts for line in draft.lines]
    ids = catalog.sku_ids(sku for _, sku, _ in wanted)
    parts = catalog.parts(ids.values())
    owners = {row.code: row.owner_id for row in db.session.execute(select(Shop.code, Shop.owner_id))}
    pieces: Counter[tuple[int, int]] = Counter()
    lines: Counter[tuple[int, int]] = Counter()
    for shop, sku, qty in wanted:
        if sku not in ids:
            continue
        for sku_id, each in parts.get(ids[sku], {ids[sku]: 1}).items():
            pieces[sku_id, owners.get(shop, 1)] += qty * each
            lines[sku_id, owners.get(shop, 1)] += 1
    return [Demand(sku_id, qty, lines[sku_id, owner], owner) for (sku_id, owner), qty in sorted(pieces.items())]


def ensure_shop(code: str, told: Mapping[str, str]) -> int:
    """Make the shop when there is none; `told`: name, currency, carrier, platform. Returns how many are new."""
    if db.session.execute(select(Shop.id).where(Shop.code == code)).scalar():
        return 0
    told = {"currency": "CNY", "carrier": "own_fleet", "platform": "own", **told}
    db.session.add(
        Shop(
            code=code,
            name=told.get("name", code),
            platform=told["platform"],
            currency=told["currency"],
            carrier=told["carrier"],
        )
    )
    db.session.flush()
    return 1


def ensure_skus(names: Mapping[str, str]) -> int:
    """Make the SKUs (code → name) that do not exist, each with its code as barcode and its weight unknown."""
    known = catalog.sku_ids(names)
    missing = [SkuFacts(code, name or code, barcodes=(code,)) for code, name in names.items() if code not in known]
    return catalog.put_skus(missing)["created"] if missing else 0


def stock_up(
    warehouse_id: int, wanted: Sequence[Demand], times: Fraction, *, build: bool, reference: str, actor_id: int | None
) -> Counter[str]:
    """Receive so much that `times` the demand is free to promise; what is free already counts.

    A SKU goes to the pick bin that has it, else into an empty one: the most asked for into the lowest
    levels nearest the depot. When bins run out, `build` allows more levels to be put on top; otherwise
    SKUs share bins. Counts `stock_pieces`, `stock_skus`, `bins_created`. Raises `orders.no_pick_bins`.
    """
    free = _free([each.sku_id for each in wanted], warehouse_id)
    missing = {each: math.ceil(each.pieces * times) - free.get((each.sku_id, each.owner_id), 0) for each in wanted}
    short = sorted((each for each in wanted if missing[each] > 0), key=lambda each: (-each.lines, each.sku_id))
    counts: Counter[str] = Counter()
    if not short:
        return counts
    places = _homes(warehouse_id, [each.sku_id for each in short])
    homeless = list(dict.fromkeys(each.sku_id for each in short if each.sku_id not in places))
    if build:
        counts["bins_created"] += _build(warehouse_id, len(homeless))
    places |= zip(homeless, _bins(warehouse_id, len(homeless)), strict=False)
    goods = [Goods(each.sku_id, places[each.sku_id], missing[each], owner_id=each.owner_id) for each in short]
    stock.receive(warehouse_id, goods, reference=reference, actor_id=actor_id)
    counts.update(stock_skus=len(goods), stock_pieces=sum(each.qty for each in goods))
    return counts


def _free(sku_ids: Iterable[int], warehouse_id: int) -> dict[tuple[int, int], int]:
    """Pieces free to promise by SKU and owner."""
    rows = db.session.execute(
        select(StockLevel.sku_id, StockLevel.owner_id, (StockLevel.on_hand - StockLevel.promised).label("free")).where(
            StockLevel.warehouse_id == warehouse_id, among(StockLevel.sku_id, sku_ids)
        )
    )
    return {(row.sku_id, row.owner_id): row.free for row in rows}


def _homes(warehouse_id: int, sku_ids: Iterable[int]) -> dict[int, int]:
    """The open pick bin where each SKU lies, the fullest where there are several."""
    rows = db.session.execute(
        select(StockBalance.sku_id, StockBalance.bin_id)
        .join(Bin, Bin.id == StockBalance.bin_id)
        .where(StockBalance.warehouse_id == warehouse_id, among(StockBalance.sku_id, sku_ids))
        .where(Bin.kind == "pick", Bin.blocked_reason.is_(None), StockBalance.on_hand > 0)
        .order_by(StockBalance.on_hand, StockBalance.id.desc())
    )
    return {row.sku_id: row.bin_id for row in rows}


def _empty(warehouse_id: int) -> int:
    return len(_ranked(warehouse_id, empty=True))


def _build(warehouse_id: int, wanted: int) -> int:
    """Add bins until `wanted` are empty: a first block on a bare floor, then level upon level."""
    made = 0
    floor = layout.floor_of(warehouse_id)
    if not _ranked(warehouse_id, empty=False):
        zone = ZonePlan("IMPORT", "Import", 0, floor.aisles - 1)
        positions = max(1, floor.aisle_length_mm // 1000)
        made += layout.generate_block(warehouse_id, [zone], positions=positions, levels=1)
    while _empty(warehouse_id) < wanted and _top(warehouse_id) < TOP_LEVEL:
        new = layout.add_level(warehouse_id)
        made += new
        if not new:
            break
    return made


def _top(warehouse_id: int) -> int:
    top = select(func.max(Bin.level)).where(Bin.warehouse_id == warehouse_id, Bin.kind == "pick")
    return db.session.execute(top).scalar() or 0


def _bins(warehouse_id: int, wanted: int) -> Iterable[int]:
    """Bins for so many SKUs: the empty ones first, then all of them over and over."""
    everything = _ranked(warehouse_id, empty=False)
    if wanted and not everything:
        raise WmsError("orders.no_pick_bins")
    return chain(_ranked(warehouse_id, empty=True), cycle(everything))


def _ranked(warehouse_id: int, *, empty: bool) -> list[int]:
    """Open pick bins, the lowest levels first and in a level the nearest to the depot."""
    query = select(Bin.id, Bin.aisle, Bin.y_mm, Bin.level).where(
        Bin.warehouse_id == warehouse_id, Bin.kind == "pick", Bin.blocked_reason.is_(None)
    )
    if empty:
        used = select(StockBalance.bin_id).where(StockBalance.warehouse_id == warehouse_id, StockBalance.on_hand > 0)
        query = query.where(Bin.id.not_in(used))
    floor = layout.floor_of(warehouse_id)
    rows = db.session.execute(query).all()
    return [row.id for row in sorted(rows, key=lambda row: (row.level, floor.from_depot(row.aisle, row.y_mm), row.id))]
