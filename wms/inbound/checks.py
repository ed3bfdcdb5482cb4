"""Quality checks (质检): what a plan samples waits in quarantine at the dock until somebody has looked at it."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, or_, select, text, update

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.inbound import expectation
from wms.inbound.lifecycle import CHECK
from wms.inbound.models import QualityCheck, QualityPlan, Receipt, ReceiptEntry, ReceiptLine
from wms.stock import service as stock
from wms.stock.models import TransferLine
from wms.stock.service import Goods

if TYPE_CHECKING:
    from wms.inbound.receiving import Part

QUARANTINE = "quarantine"
Key = tuple[int, str, int, int, str]  # line, lot, container, bin, why: goods that are judged together


def plans(warehouse_id: int, supplier: str, sku_ids: Iterable[int]) -> dict[int, QualityPlan]:
    """The plan that holds for each SKU of a supplier: of both, else of the SKU, else of the supplier, else of all."""
    rows = db.session.execute(
        select(QualityPlan).where(
            QualityPlan.warehouse_id == warehouse_id, QualityPlan.active, QualityPlan.supplier.in_(["", supplier]),
            or_(QualityPlan.sku_id.is_(None), among(QualityPlan.sku_id, sku_ids)),
        )
    ).scalars()  # fmt: skip
    by_weight = sorted(rows, key=lambda plan: (plan.sku_id is not None, plan.supplier != ""))
    general = [plan for plan in by_weight if plan.sku_id is None]
    found = dict.fromkeys(sku_ids, general[-1]) if general else {}
    return found | {plan.sku_id: plan for plan in by_weight if plan.sku_id is not None}


def put_plan(warehouse_id: int, sku_id: int | None, supplier: str, **values: Any) -> QualityPlan:
    """Make the plan for a SKU, a supplier, both or everything, or change the one there is."""
    plan = db.session.execute(
        select(QualityPlan)
        .where(
            QualityPlan.warehouse_id == warehouse_id, QualityPlan.supplier == supplier,
            QualityPlan.sku_id.is_not_distinct_from(sku_id),
        )
        .with_for_update()
    ).scalar_one_or_none()  # fmt: skip
    plan = plan or QualityPlan(warehouse_id=warehouse_id, sku_id=sku_id, supplier=supplier)
    for name, value in values.items():
        setattr(plan, name, value)
    db.session.add(plan)
    db.session.flush()
    return plan


def all_plans(warehouse_id: int) -> list[dict[str, Any]]:
    """The plans of a warehouse, the general ones first."""
    rows = db.session.execute(
        select(QualityPlan, Sku.code)
        .outerjoin(Sku, Sku.id == QualityPlan.sku_id)
        .where(QualityPlan.warehouse_id == warehouse_id)
        .order_by(Sku.code.nulls_first(), QualityPlan.supplier)
    )
    names = ("supplier", "level", "value", "accept", "active")
    return [{"sku": code or ""} | {name: getattr(plan, name) for name in names} for plan, code in rows]


# ---- as goods come in

def with_conditions(receipt: Receipt, parts: Sequence[Part]) -> list[Part]:
    """Each part with the condition in which it comes in: quarantine where a check is due, else good or returned."""
    if receipt.transfer_id is not None:  # checked when they came into the other warehouse, they stay what they are
        return _as_sent(parts)
    usual = "returned" if receipt.kind == "return" else "good"
    due = plans(receipt.warehouse_id, receipt.supplier, {part.arrival.sku_id for part in parts})
    return [replace(part, condition=QUARANTINE if _due(receipt, part, due) else usual) for part in parts]


def _as_sent(parts: Sequence[Part]) -> list[Part]:
    ids = {part.line.transfer_line_id for part in parts if part.line.transfer_line_id is not None}
    rows = db.session.execute(select(TransferLine.id, TransferLine.condition).where(among(TransferLine.id, ids)))
    sent: dict[int | None, str] = {row.id: row.condition for row in rows}
    return [replace(part, condition=sent.get(part.line.transfer_line_id, QUARANTINE)) for part in parts]


def _due(receipt: Receipt, part: Part, due: dict[int, QualityPlan]) -> bool:
    return part.arrival.sku_id in due or _why(receipt, part) == "unexpected"


def _why(receipt: Receipt, part: Part) -> str:
    return "unexpected" if not part.line.qty and not receipt.blind else "plan"


def ask(receipt: Receipt, parts: Sequence[Part]) -> None:
    """Ask for a look at what came into quarantine; more of the same goods enlarges the check that is open."""
    waiting: dict[Key, list[Part]] = defaultdict(list)
    for part in parts:
        if part.condition == QUARANTINE and part.line.transfer_line_id is None:
            key = (part.line.id, part.lot, part.arrival.container_id, part.bin_id, _why(receipt, part))
            waiting[key].append(part)
    if not waiting:
        return
    due = plans(receipt.warehouse_id, receipt.supplier, {each[0].arrival.sku_id for each in waiting.values()})
    have = _open({key[0] for key in waiting})
    new = []
    for key, found in waiting.items():
        facts = _asked(found, due.get(found[0].arrival.sku_id), have.get(key))
        if key in have:
            db.session.execute(update(QualityCheck).where(QualityCheck.id == have[key].id).values(**facts))
        else:
            new.append(_row(receipt, key, found[0]) | facts)
    if new:
        db.session.execute(insert(QualityCheck), new)


def _open(line_ids: set[int]) -> dict[Key, QualityCheck]:
    # The lines are locked by whoever receives, so nobody else adds to these.
    rows = db.session.execute(
        select(QualityCheck)
        .where(among(QualityCheck.line_id, line_ids), QualityCheck.status == "open")
        .order_by(QualityCheck.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalars()
    return {(row.line_id, row.lot, row.container_id, row.bin_id, row.why): row for row in rows}


def _asked(parts: Sequence[Part], plan: QualityPlan | None, have: QualityCheck | None) -> dict[str, Any]:
    qty = sum(part.qty for part in parts) + (have.qty if have else 0)
    serials = [*(have.serials if have else ()), *(serial for part in parts for serial in part.serials)]
    if plan is None:  # nobody announced them: all are looked at
        return {"qty": qty, "serials": serials, "sample": qty, "accept": 0}
    sample = expectation.sample_size(plan.level, plan.value, qty)
    return {"qty": qty, "serials": serials, "sample": sample, "accept": plan.accept}


def _row(receipt: Receipt, key: Key, part: Part) -> dict[str, Any]:
    line_id, lot, container_id, bin_id, why = key
    return {
        "warehouse_id": receipt.warehouse_id, "receipt_id": receipt.id, "line_id": line_id,
        "sku_id": part.arrival.sku_id, "lot": lot, "owner_id": receipt.owner_id, "container_id": container_id,
        "bin_id": bin_id, "why": why, "asked_at": now(),
    }  # fmt: skip


def withdraw(receipt: Receipt, entries: Sequence[ReceiptEntry]) -> None:
    """These entries are taken back: what is to be checked of them is less. Raises `inbound.already_checked`."""
    mine = [each for each in entries if each.condition == QUARANTINE]
    have = _open({each.line_id for each in mine})
    for each in mine:
        place = (each.line_id, each.lot, each.container_id, each.bin_id)
        check = next((have[*place, why] for why in ("plan", "unexpected") if (*place, why) in have), None)
        if check is None or check.qty < each.qty:
            raise WmsError("inbound.already_checked")
        if check.qty == each.qty:
            check.status = CHECK.after("withdraw", check.status)
        else:
            check.qty -= each.qty
            check.sample = min(check.sample, check.qty)
            check.serials = [serial for serial in check.serials if serial not in each.serials]
    db.session.flush()


# ---- the verdict

@dataclass(frozen=True)
class Verdict:
    """What became of checked goods: `good` pieces are free to be put away, `bad` ones are not."""

    check: QualityCheck
    good: int
    bad: int


def one(warehouse_id: int, check_id: int, *, lock: bool = False) -> QualityCheck:
    """Raises `core.not_found`."""
    query = select(QualityCheck).where(QualityCheck.id == check_id, QualityCheck.warehouse_id == warehouse_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    check = db.session.execute(query).scalar_one_or_none()
    if check is None:
        raise WmsError("core.not_found", thing="quality check", key=str(check_id))
    return check


def decide(
    warehouse_id: int, check_id: int, *, defects: int, bad_serials: Sequence[str] = (), note: str = "",
    actor_id: int | None,
) -> Verdict:  # fmt: skip
    """So many of the sample are bad: within what the plan accepts only those are, else all of the goods.

    Good pieces become promisable wherever they are put away, bad ones `damaged`. Raises `inbound.check_over` when it
    was decided already, `inbound.too_many_defects`, `inbound.serials_of_bad` when bad ones among numbered pieces
    are not named, and `stock.not_enough` when the goods have left the dock.
    """
    check = one(warehouse_id, check_id, lock=True)
    if check.status != "open":
        raise WmsError("inbound.check_over", status=check.status)
    if not 0 <= defects <= check.qty:
        raise WmsError("inbound.too_many_defects", defects=defects, most=check.qty)
    passes = defects <= check.accept
    bad = defects if passes else check.qty
    _require_named(check, bad, bad_serials)
    receipt = db.session.get_one(Receipt, check.receipt_id)
    _become(receipt, check, bad, bad_serials, actor_id)
    check.status = CHECK.after("release" if passes else "reject", check.status)
    check.defects, check.note, check.decided_by, check.decided_at = defects, note, actor_id, now()
    rejected = ReceiptLine.rejected + bad
    db.session.execute(update(ReceiptLine).where(ReceiptLine.id == check.line_id).values(rejected=rejected))
    db.session.flush()
    return Verdict(check, check.qty - bad, bad)


def _require_named(check: QualityCheck, bad: int, named: Sequence[str]) -> None:
    if not check.serials or bad == check.qty:
        return
    if len(named) != bad or len(set(named)) != bad or not set(named) <= set(check.serials):
        raise WmsError("inbound.serials_of_bad", bad=bad)


def _become(receipt: Receipt, check: QualityCheck, bad: int, named: Sequence[str], actor_id: int | None) -> None:
    bad_ones = tuple(check.serials) if bad == check.qty else tuple(named)
    good_ones = tuple(serial for serial in check.serials if serial not in bad_ones)
    for qty, serials, condition in ((check.qty - bad, good_ones, "good"), (bad, bad_ones, "damaged")):
        if qty:
            goods = Goods(
                check.sku_id, check.bin_id, qty, check.container_id, check.lot, check.owner_id, QUARANTINE,
                serials=serials,
            )  # fmt: skip
            stock.reclassify(
                receipt.warehouse_id, [goods], condition=condition, reason="quality_check",
                reference=f"receipt {receipt.number}", actor_id=actor_id,
            )  # fmt: skip


# ---- looking

_LIST = text(
    """
    SELECT c.id, c.qty, c.sample, c.accept, c.why, c.lot, c.asked_at, c.serials, r.number AS receipt, r.supplier,
           s.id AS sku_id, s.code, s.name, s.picture, b.code AS bin, coalesce(k.code, '') AS lpn, l.expires_on
    FROM quality_check c JOIN receipt r ON r.id = c.receipt_id JOIN sku s ON s.id = c.sku_id
    JOIN bin b ON b.id = c.bin_id LEFT JOIN container k ON k.id = c.container_id AND c.container_id <> 0
    LEFT JOIN stock_lot l ON l.sku_id = c.sku_id AND l.code = c.lot
    WHERE c.warehouse_id = :warehouse_id AND c.status = 'open'
      AND (:check_id = 0 OR c.id = :check_id)
      AND (cast(:skus AS bigint[]) IS NULL OR c.sku_id = ANY(:skus))
      AND (:container_id = 0 OR c.container_id = :container_id)
    ORDER BY c.id LIMIT :limit
    """
)


def waiting(
    warehouse_id: int, *, check_id: int = 0, skus: Sequence[int] | None = None, container_id: int = 0, limit: int = 50
) -> list[dict[str, Any]]:
    """Goods that wait for a look, the longest first."""
    rows = db.session.execute(
        _LIST,
        {
            "warehouse_id": warehouse_id, "check_id": check_id, "skus": None if skus is None else list(skus),
            "container_id": container_id, "limit": limit,
        },
    )  # fmt: skip
    return [_shown(row) for row in rows]


def _shown(row: Any) -> dict[str, Any]:
    names = ("id", "qty", "sample", "accept", "why", "lot", "receipt", "supplier", "bin", "lpn")
    facts = {name: getattr(row, name) for name in names}
    return facts | {
        "sku": {"id": row.sku_id, "code": row.code, "name": row.name, "picture": row.picture},
        "asked_at": row.asked_at.isoformat(),
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "serials": list(row.serials),
    }
