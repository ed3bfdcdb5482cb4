"""What a bin allows: blocked or not, how many SKUs, which mixtures, how much volume and weight."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import STORING
from wms.stock.goods import Goods, SkuFact, sku_facts


@dataclass(frozen=True)
class Lying:
    """`qty` pieces of a SKU, of one lot and owner, that lie in a bin or come into it."""

    sku_id: int
    lot: str
    owner_id: int
    qty: int


# Bins that allow everything are not even locked. The lock does not keep picks from them waiting.
_LIMITED = text(
    """
    SELECT id, code, blocked_reason, capacity_ml, max_weight_g, max_skus, mix_lots, mix_owners FROM bin
    WHERE id = ANY(:bins) AND kind = ANY(:storing)
      AND (blocked_reason IS NOT NULL OR capacity_ml IS NOT NULL OR max_weight_g IS NOT NULL OR max_skus IS NOT NULL
           OR NOT mix_lots OR NOT mix_owners)
    ORDER BY id FOR NO KEY UPDATE
    """
)
_THERE = text(
    """
    SELECT bin_id, sku_id, lot, owner_id, sum(on_hand) AS qty FROM stock_balance
    WHERE bin_id = ANY(:bins) AND on_hand > 0 GROUP BY bin_id, sku_id, lot, owner_id
    """
)


def check_fits(warehouse_id: int, goods: Iterable[Goods], bin_id: int) -> None:
    """Raises what the bin has against these goods; they may lie in it already, and then take no more room.

    `stock.bin_blocked`, `stock.mix_sku`, `stock.mix_lot`, `stock.mix_owner`, `stock.bin_full`, `stock.bin_overweight`.
    """
    coming = [Lying(each.sku_id, each.lot, each.owner_id, each.qty) for each in goods if each.bin_id != bin_id]
    require({bin_id: coming})


def lock(bin_ids: Iterable[int]) -> None:
    """Lock those of these bins that have limits, before anything in them is locked: bins come first everywhere."""
    db.session.execute(_LIMITED, {"bins": sorted(bin_ids), "storing": list(STORING)})


def require(coming: Mapping[int, Sequence[Lying]]) -> None:
    """Raises, as `check_fits` does, unless each bin allows what comes into it; the bins stay locked."""
    bins = sorted(bin_id for bin_id, goods in coming.items() if goods)
    limits = db.session.execute(_LIMITED, {"bins": bins, "storing": list(STORING)}).all() if bins else []
    if not limits:
        return
    there: dict[int, list[Lying]] = defaultdict(list)
    for row in db.session.execute(_THERE, {"bins": [limit.id for limit in limits]}):
        there[row.bin_id].append(Lying(row.sku_id, row.lot, row.owner_id, int(row.qty)))
    everything = [each for limit in limits for each in (*there[limit.id], *coming[limit.id])]
    facts = sku_facts(each.sku_id for each in everything)
    for limit in limits:
        _check(limit, there[limit.id], coming[limit.id], facts)


def _check(limit: Row[Any], there: Sequence[Lying], coming: Sequence[Lying], facts: Mapping[int, SkuFact]) -> None:
    if limit.blocked_reason is not None:
        raise WmsError("stock.bin_blocked", bin=limit.code, reason=limit.blocked_reason)
    together = (*there, *coming)
    skus = {each.sku_id for each in together}
    if limit.max_skus is not None and len(skus) > limit.max_skus and {each.sku_id for each in there} != skus:
        raise WmsError("stock.mix_sku", bin=limit.code, most=limit.max_skus)
    arriving = {each.sku_id for each in coming}
    for sku_id in sorted(arriving):
        lots = {each.lot for each in together if each.sku_id == sku_id}
        if not limit.mix_lots and len(lots) > 1:
            raise WmsError("stock.mix_lot", bin=limit.code, sku=facts[sku_id].code, lots=", ".join(sorted(lots)))
    if not limit.mix_owners and len({each.owner_id for each in together}) > 1:
        raise WmsError("stock.mix_owner", bin=limit.code)
    _check_room(limit, together, facts)


def _check_room(limit: Row[Any], together: Sequence[Lying], facts: Mapping[int, SkuFact]) -> None:
    """Volume and weight. What a piece measures is 0 where it is not known, and then counts for nothing."""
    volume = sum(each.qty * facts[each.sku_id].volume_mm3 for each in together)
    if limit.capacity_ml is not None and volume > limit.capacity_ml * 1000:
        raise WmsError("stock.bin_full", bin=limit.code, room=limit.capacity_ml, needed=-(-volume // 1000))
    weight = sum(each.qty * facts[each.sku_id].weight_g for each in together)
    if limit.max_weight_g is not None and weight > limit.max_weight_g:
        raise WmsError("stock.bin_overweight", bin=limit.code, most=limit.max_weight_g, weight=weight)
