"""The life of an order beyond its way over the floor: what was done to it in the office, every scan and weighing of its
parcels, what its shop told and was told, and where its carrier saw it."""
from __future__ import annotations

from operator import itemgetter
from typing import Any

from sqlalchemy import TextClause, TextualSelect, text

from wms.core.db import db
from wms.orders import service as orders
from wms.shipping.models import TrackScan

Event = dict[str, Any]

# What kind of thing an event is, for who looks for one of them.
KINDS = {
    "placed": "shop", "paid": "shop", "told_by_shop": "shop", "told_shop": "shop",
    "said": "office", "waved": "wave", "released": "wave",
    "picked": "pick", "short": "pick", "withdrawn": "pick", "sorted": "pick", "put_back": "pick",
    "pack_started": "pack", "verified": "pack", "weighed": "pack", "photographed": "pack", "put_aside": "pack",
    "packed": "pack", "number_asked": "label", "number_void": "label", "waybill": "label", "label": "label",
    "loaded": "road", "shipped": "road", "seen": "road",
}  # fmt: skip

_PAID = """
    SELECT paid_at AS at, NULL AS who, paid::text AS paid, currency FROM sales_order
    WHERE id = :order_id AND paid_at IS NOT NULL
"""
_TOLD_BY_SHOP = """
    SELECT r.got_at AS at, NULL AS who, row_number() OVER (ORDER BY r.id) AS version, c.outcome,
           c.problem ->> 'code' AS why
    FROM channel_order c JOIN raw_order r ON r.shop_id = c.shop_id AND r.platform_id = c.platform_id
    WHERE c.order_id = :order_id ORDER BY r.id
"""
_TOLD_SHOP = """
    SELECT coalesce(done_at, made_at) AS at, NULL AS who, status, tries, error FROM shop_push WHERE order_id = :order_id
"""
_SORTED = """
    SELECT p.at, by.name AS who, k.code AS sku, p.qty, w.code AS wall, s.nr AS slot
    FROM pick_line l JOIN wall_put p ON p.line_id = l.id AND p.status <> 'shown' JOIN wall w ON w.id = p.wall_id
    JOIN wall_slot s ON s.id = p.slot_id JOIN sku k ON k.id = p.sku_id JOIN person by ON by.id = p.person_id
    WHERE l.order_id = :order_id
"""
_PUT_BACK = """
    SELECT coalesce(p.ended_at, p.asked_at) AS at, by.name AS who, p.status, p.why, p.put, c.code AS tote
    FROM put_back p JOIN container c ON c.id = p.container_id LEFT JOIN person by ON by.id = p.person_id
    WHERE p.order_id = :order_id
"""
_VERIFIED = """
    SELECT l.scanned_at AS at, by.name AS who, k.code AS sku, l.verified AS qty, l.qty AS of, p.number AS parcel
    FROM parcel p JOIN parcel_line l ON l.parcel_id = p.id JOIN sku k ON k.id = l.sku_id
    LEFT JOIN person by ON by.id = l.scanned_by
    WHERE p.order_id = :order_id AND l.scanned_at IS NOT NULL
"""
_WEIGHED = """
    SELECT w.at, by.name AS who, w.weight_g AS grams, w.expected_g AS expected, w.source, w.outcome, w.reason,
           agreed.name AS agreed_by
    FROM parcel p JOIN parcel_weighing w ON w.parcel_id = p.id LEFT JOIN person by ON by.id = w.person_id
    LEFT JOIN person agreed ON agreed.id = w.agreed_by
    WHERE p.order_id = :order_id
"""
_PHOTOGRAPHED = """
    SELECT x.at, by.name AS who, p.number AS parcel FROM parcel p JOIN parcel_photo x ON x.parcel_id = p.id
    LEFT JOIN person by ON by.id = x.person_id WHERE p.order_id = :order_id
"""
_PUT_ASIDE = """
    SELECT x.at, by.name AS who, x.reason, x.note, s.code AS station, x.ended_at IS NULL AS still
    FROM parcel p JOIN parcel_trouble x ON x.parcel_id = p.id JOIN station s ON s.id = x.station_id
    LEFT JOIN person by ON by.id = x.person_id
    WHERE p.order_id = :order_id
"""
_ASKED = """
    SELECT w.asked_at AS at, NULL AS who, c.name AS carrier, w.status, coalesce(w.number, '') AS waybill, w.trouble
    FROM parcel p JOIN waybill w ON w.parcel_id = p.id JOIN carrier c ON c.id = w.carrier_id
    WHERE p.order_id = :order_id AND c.plugin <> 'own_fleet'
"""
_VOID = """
    SELECT coalesce(w.given_back_at, w.issued_at, w.asked_at) AS at, NULL AS who, c.name AS carrier,
           coalesce(w.number, '–') AS waybill, coalesce(w.refused, '') AS refused, w.trouble
    FROM parcel p JOIN waybill w ON w.parcel_id = p.id JOIN carrier c ON c.id = w.carrier_id
    WHERE p.order_id = :order_id AND w.status = 'void'
"""
_SEEN = """
    SELECT s.at, NULL AS who, s.state, s.text, s.place, c.name AS carrier, w.number AS waybill
    FROM parcel p JOIN waybill w ON w.parcel_id = p.id JOIN track_scan s ON s.waybill_id = w.id
    JOIN carrier c ON c.id = w.carrier_id
    WHERE p.order_id = :order_id
"""
_QUESTIONS: dict[str, TextClause | TextualSelect] = {
    "paid": text(_PAID), "told_by_shop": text(_TOLD_BY_SHOP), "told_shop": text(_TOLD_SHOP), "sorted": text(_SORTED),
    "put_back": text(_PUT_BACK), "verified": text(_VERIFIED), "weighed": text(_WEIGHED),
    "photographed": text(_PHOTOGRAPHED), "put_aside": text(_PUT_ASIDE), "number_asked": text(_ASKED),
    "number_void": text(_VOID), "seen": text(_SEEN).columns(text=TrackScan.text.type),
}  # fmt: skip


def events(order_id: int, locale: str) -> list[Event]:
    """What happened besides, in no order: each `{at, what, who, detail}` as `story.order` has them."""
    found = [_said(each) for each in orders.history(order_id, locale)]
    for what, question in _QUESTIONS.items():
        for row in db.session.execute(question, {"order_id": order_id}):
            facts = dict(row._mapping)
            at, who = facts.pop("at"), facts.pop("who")
            found.append({"at": at.isoformat(), "what": what, "who": who, "detail": facts})
    return found


def _said(one: dict[str, Any]) -> Event:
    detail = {"text": one["text"], "action": one["action"]}
    return {"at": one["at"], "what": "said", "who": one["person"], "detail": detail}


def whole(story: dict[str, Any], locale: str) -> dict[str, Any]:
    """The story of an order with all of its life in one line of time, each event of a `kind`."""
    both = [*story["events"], *events(story["id"], locale)]
    told = [{**event, "kind": KINDS.get(event["what"], "office")} for event in sorted(both, key=itemgetter("at"))]
    return {**story, "events": told}
