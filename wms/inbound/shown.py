"""What terminals and the desk are shown of receipts. A blind receipt tells nobody at the dock what is expected."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text

from wms.catalog.models import Packaging, Sku
from wms.core.db import db
from wms.inbound import hand
from wms.inbound.hand import Draft
from wms.inbound.models import Receipt, ReceiptLine, Receiving
from wms.layout.models import Bin
from wms.stock.models import Container

CHOICES = 30
LAST = 4

_CARDS = text(
    """
    SELECT r.id, r.number, r.kind, r.supplier, r.status, r.blind, r.over_percent, r.expected_at, r.note, r.created_at,
           r.finished_at, r.short_reason, o.code AS owner,
           coalesce(l.lines, 0) AS lines, coalesce(l.done, 0) AS lines_done, coalesce(l.expected, 0) AS expected,
           coalesce(l.received, 0) AS received, coalesce(l.rejected, 0) AS rejected,
           coalesce(l.over, 0) AS over, coalesce(l.unannounced, 0) AS unannounced,
           (SELECT count(*) FROM receiving g WHERE g.receipt_id = r.id) AS people,
           (SELECT count(*) FROM receipt_aside a WHERE a.receipt_id = r.id AND a.status = 'open') AS aside,
           (SELECT count(*) FROM quality_check c WHERE c.receipt_id = r.id AND c.status = 'open') AS checks,
           (SELECT count(*) FROM receipt_photo p WHERE p.receipt_id = r.id) AS photos
    FROM receipt r JOIN owner o ON o.id = r.owner_id
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE qty > 0) AS lines, count(*) FILTER (WHERE qty > 0 AND received >= qty) AS done,
               sum(qty) AS expected, sum(received) AS received, sum(rejected) AS rejected,
               sum(greatest(received - qty, 0)) FILTER (WHERE qty > 0) AS over,
               sum(received) FILTER (WHERE qty = 0) AS unannounced
        FROM receipt_line WHERE receipt_id = r.id
    ) l ON true
    WHERE r.id = ANY(:ids)
    """
)


def cards(ids: Sequence[int]) -> list[dict[str, Any]]:
    """These receipts with their progress in pieces and lines."""
    return [_card(row._mapping) for row in db.session.execute(_CARDS, {"ids": list(ids)})]


def _card(row: Any) -> dict[str, Any]:
    numbers = ("lines", "lines_done", "expected", "received", "rejected", "over", "unannounced")
    moments = ("expected_at", "created_at", "finished_at")
    return {
        **row,
        **{name: int(row[name]) for name in numbers},
        **{name: row[name].isoformat() if row[name] else None for name in moments},
    }


def card(receipt: Receipt) -> dict[str, Any]:
    return cards([receipt.id])[0]


def veiled(shown: dict[str, Any]) -> dict[str, Any]:
    """A card as the dock may see it."""
    if not shown["blind"]:
        return shown
    return shown | {"expected": None, "lines": None, "lines_done": None, "over": 0}


# ---- screens of receiving

def to_choose(warehouse_id: int) -> dict[str, Any]:
    """What may be received now, the next to arrive first."""
    open = (Receipt.warehouse_id == warehouse_id, Receipt.status.in_(("expected", "receiving")))
    wanted = select(Receipt.id).where(*open).order_by(Receipt.expected_at, Receipt.id.desc()).limit(CHOICES)
    ids = list(db.session.execute(wanted).scalars())
    known = {each["id"]: each for each in cards(ids)}
    return {"receipts": [veiled(known[id]) for id in ids]}


_LAST = text(
    """
    SELECT e.batch, sum(e.qty) AS qty, max(e.pack) AS pack, max(e.pack_qty) AS pack_qty, max(e.lot) AS lot,
           max(e.condition) AS condition, max(s.code) AS sku, max(s.name) AS name, max(s.picture) AS picture,
           max(p.name) AS person, max(e.person_id) AS person_id, max(e.id) AS id, max(k.code) AS lpn
    FROM (
        SELECT * FROM receipt_entry WHERE receipt_id = :receipt_id AND undone_at IS NULL ORDER BY id DESC LIMIT 40
    ) e JOIN sku s ON s.id = e.sku_id LEFT JOIN person p ON p.id = e.person_id
    LEFT JOIN container k ON k.id = e.container_id AND e.container_id <> 0
    GROUP BY e.batch ORDER BY max(e.id) DESC LIMIT :limit
    """
)


def last(receipt_id: int, limit: int = LAST) -> list[dict[str, Any]]:
    """What came in last on a receipt, by anyone."""
    rows = db.session.execute(_LAST, {"receipt_id": receipt_id, "limit": limit})
    return [
        {
            "batch": str(row.batch), "qty": int(row.qty), "pack": row.pack, "pack_qty": row.pack_qty, "lot": row.lot,
            "condition": row.condition, "sku": row.sku, "name": row.name, "picture": row.picture,
            "person": row.person or "", "person_id": row.person_id, "lpn": row.lpn or "",
        }
        for row in rows
    ]  # fmt: skip


def dock(row: Receiving) -> dict[str, Any]:
    """The receipt, the dock and the pallet that a person works at."""
    receipt = db.session.get_one(Receipt, row.receipt_id)
    lpn = select(Container.code).where(Container.id == row.container_id)
    return {
        "receipt": veiled(card(receipt)),
        "bin": db.session.get_one(Bin, row.bin_id).code,
        "lpn": db.session.execute(lpn).scalar() or "" if row.container_id else "",
    }


def scanning(row: Receiving) -> dict[str, Any]:
    """The screen between two goods."""
    return dock(row) | {"last": last(row.receipt_id)}


def in_hand(row: Receiving, draft: Draft) -> dict[str, Any]:
    """The screen of goods in hand: what they are, what was announced of them, and what must still be asked."""
    if not draft.sku_id:
        return dock(row) | {"code": draft.code}
    sku = hand.sku_of(draft)
    asked = hand.needs(draft, sku)
    return dock(row) | {
        "item": {
            "sku": {"id": sku.id, "code": sku.code, "name": sku.name, "picture": sku.picture},
            "qty": draft.qty, "pack": draft.pack, "pack_qty": draft.pack_qty, "packs": packs(sku.id),
            "lot": draft.lot, "lot_guess": draft.lot_guess, "produced_on": draft.produced_on,
            "expires_on": draft.expires_on, "serials": draft.serials, "by_serial": sku.serial_tracking in hand.ASKED,
            "asks_lot": sku.lot_tracking in hand.ASKED or sku.expiry_tracked, "asks_expiry": sku.expiry_tracked,
            "needs": asked, "lots": hand.lots_to_choose(row, draft) if "lot" in asked else [],
            "unexpected": draft.unexpected, **announced(row.receipt_id, sku.id),
        }
    }  # fmt: skip


def announced(receipt_id: int, sku_id: int) -> dict[str, Any]:
    """What was announced of a SKU and what came; None for what a blind receipt does not tell."""
    receipt = db.session.get_one(Receipt, receipt_id)
    rows = db.session.execute(
        select(ReceiptLine.qty, ReceiptLine.most, ReceiptLine.received).where(
            ReceiptLine.receipt_id == receipt_id, ReceiptLine.sku_id == sku_id
        )
    ).all()
    received = sum(row.received for row in rows)
    if receipt.blind:
        return {"expected": None, "most": None, "received": received}
    return {"expected": sum(row.qty for row in rows), "most": sum(row.most or 0 for row in rows), "received": received}


def packs(sku_id: int) -> list[dict[str, Any]]:
    """The packs of a SKU, the smallest first."""
    query = select(Packaging.code, Packaging.qty).where(Packaging.sku_id == sku_id).order_by(Packaging.qty)
    return [{"code": row.code, "qty": row.qty} for row in db.session.execute(query)]


_MISSING = text(
    """
    SELECT s.code, s.name, s.picture, sum(l.qty) AS expected, sum(l.received) AS received
    FROM receipt_line l JOIN sku s ON s.id = l.sku_id
    WHERE l.receipt_id = :receipt_id AND l.received < l.qty
    GROUP BY s.id ORDER BY sum(l.qty - l.received) DESC, s.code LIMIT :limit
    """
)


def missing(receipt: Receipt, limit: int = 20) -> dict[str, Any]:
    """What has not come of a receipt, the most first."""
    rows = db.session.execute(_MISSING, {"receipt_id": receipt.id, "limit": limit})
    return {
        "receipt": veiled(card(receipt)),
        "missing": [
            {
                "sku": {"code": row.code, "name": row.name, "picture": row.picture},
                "expected": int(row.expected), "received": int(row.received),
            }
            for row in rows
        ],
    }  # fmt: skip


# ---- the desk

_LINES = text(
    """
    SELECT l.id, l.position, l.qty, l.most, l.received, l.rejected, l.lot, l.produced_on, l.expires_on, l.lpn,
           l.unit_cost, s.code AS sku, s.name, s.picture, k.code AS pack, k.qty AS pack_qty
    FROM receipt_line l JOIN sku s ON s.id = l.sku_id LEFT JOIN packaging k ON k.id = l.packaging_id
    WHERE l.receipt_id = :receipt_id AND l.position > :after
      AND (NOT :differences OR l.received <> l.qty OR l.rejected > 0)
    ORDER BY l.position LIMIT :limit
    """
)


def lines(receipt_id: int, *, after: int = 0, differences: bool = False, limit: int = 200) -> list[dict[str, Any]]:
    """The lines of a receipt after a position; `differences`: only those where something is not as announced."""
    rows = db.session.execute(
        _LINES, {"receipt_id": receipt_id, "after": after, "differences": differences, "limit": limit}
    )
    return [_line(row._mapping) for row in rows]


def _line(row: Any) -> dict[str, Any]:
    days = {name: row[name].isoformat() if row[name] else None for name in ("produced_on", "expires_on")}
    return {**row, **days, "unit_cost": str(row["unit_cost"]) if row["unit_cost"] is not None else None}


_ENTRIES = text(
    """
    SELECT e.id, cast(e.batch AS text) AS batch, e.qty, e.pack, e.pack_qty, e.lot, e.expires_on, e.serials,
           e.condition, e.at, e.undone_at, s.code AS sku, s.name, s.picture, p.name AS person, b.code AS bin,
           k.code AS lpn
    FROM receipt_entry e JOIN sku s ON s.id = e.sku_id JOIN bin b ON b.id = e.bin_id
    LEFT JOIN person p ON p.id = e.person_id LEFT JOIN container k ON k.id = e.container_id AND e.container_id <> 0
    WHERE e.receipt_id = :receipt_id AND (:before = 0 OR e.id < :before) ORDER BY e.id DESC LIMIT :limit
    """
)


def entries(receipt_id: int, *, before: int = 0, limit: int = 100) -> list[dict[str, Any]]:
    """Who received what, the newest first."""
    rows = db.session.execute(_ENTRIES, {"receipt_id": receipt_id, "before": before, "limit": limit})
    return [_entry(row._mapping) for row in rows]


def _entry(row: Any) -> dict[str, Any]:
    moments = {name: row[name].isoformat() if row[name] else None for name in ("at", "undone_at", "expires_on")}
    return {**row, **moments, "serials": list(row["serials"])}


_ASIDE = text(
    """
    SELECT a.id, a.reason, a.code, a.qty, a.note, a.status, a.at, a.outcome, a.settled_at, s.code AS sku, s.name,
           p.name AS person, q.name AS settled_by, r.number AS receipt,
           coalesce((SELECT json_agg(f.file ORDER BY f.id) FROM receipt_photo f WHERE f.aside_id = a.id), '[]')
               AS photos
    FROM receipt_aside a JOIN receipt r ON r.id = a.receipt_id LEFT JOIN sku s ON s.id = a.sku_id
    LEFT JOIN person p ON p.id = a.person_id LEFT JOIN person q ON q.id = a.settled_by
    WHERE a.warehouse_id = :warehouse_id AND (:receipt_id = 0 OR a.receipt_id = :receipt_id)
      AND (:receipt_id > 0 OR a.status = 'open')
    ORDER BY a.id DESC LIMIT 200
    """
)


def aside(warehouse_id: int, receipt_id: int = 0) -> list[dict[str, Any]]:
    """Goods put aside: all of a receipt, or (0) what is open in the whole house."""
    rows = db.session.execute(_ASIDE, {"warehouse_id": warehouse_id, "receipt_id": receipt_id})
    return [_moments(row._mapping, ("at", "settled_at")) for row in rows]


_PHOTOS = text(
    """
    SELECT f.id, f.file, f.size_bytes, f.at, f.aside_id, p.name AS person FROM receipt_photo f
    LEFT JOIN person p ON p.id = f.person_id WHERE f.receipt_id = :receipt_id ORDER BY f.id
    """
)


def photos(receipt_id: int) -> list[dict[str, Any]]:
    """The pictures taken of a receipt, the first first."""
    rows = db.session.execute(_PHOTOS, {"receipt_id": receipt_id})
    return [_moments(row._mapping, ("at",)) for row in rows]


_VERDICTS = text(
    """
    SELECT c.id, c.status, c.why, c.qty, c.sample, c.accept, c.defects, c.note, c.lot, c.asked_at, c.decided_at,
           s.code AS sku, s.name, p.name AS person
    FROM quality_check c JOIN sku s ON s.id = c.sku_id LEFT JOIN person p ON p.id = c.decided_by
    WHERE c.receipt_id = :receipt_id ORDER BY c.id
    """
)


def verdicts(receipt_id: int) -> list[dict[str, Any]]:
    """The quality checks of a receipt."""
    rows = db.session.execute(_VERDICTS, {"receipt_id": receipt_id})
    return [_moments(row._mapping, ("asked_at", "decided_at")) for row in rows]


def _moments(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {**row, **{name: row[name].isoformat() if row[name] else None for name in names}}


def sku_facts(sku_id: int) -> dict[str, Any]:
    sku = db.session.get_one(Sku, sku_id)
    return {"id": sku.id, "code": sku.code, "name": sku.name, "picture": sku.picture}
