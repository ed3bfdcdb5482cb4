"""Why an order has not left yet: the first thing that stands against it, in one sentence, what to do, and how.

Audit, stock and wave are the waves room's to explain; from the tote to the truck it is told here.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from wms.core.catalogue import messages
from wms.core.catalogue import text as words
from wms.core.db import db
from wms.layout import service as layout
from wms.orders import service as orders
from wms.orders.models import Order
from wms.waves import service as waves

# At which step of its way what is in the way stands.
STAGES = ("audit", "stock", "wave", "pick", "pack", "waybill", "printer", "truck")
_STAGE = {
    "held": "audit", "not_audited": "audit", "intercepted": "audit", "refund_asked": "audit", "picking": "pick",
    "short": "pick", "short_in_no_wave": "pick", "wave_paused": "pick", "wave_released": "pick", "in_no_wave": "pick",
    "no_open_bin": "stock", "waits_for_box": "pack", "boxes_short": "pack",
}  # fmt: skip
_LOST = ("failed", "cancelled", "expired")


@dataclass(frozen=True)
class Stands:
    """What stands against an order. `code` names the texts `insight.stands.…` and `insight.todo.…`."""

    stage: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    actions: tuple[dict[str, Any], ...] = ()


def standing(warehouse_id: int, order_id: int, locale: str) -> dict[str, Any] | None:
    """What keeps an order here: `{stage, code, text, todo, actions, details}`; None for one that is gone or cancelled.

    `actions` are commands ready to send, `{name, command, body}`. Raises `core.not_found`.
    """
    order = orders.get(order_id, warehouse_id)
    if order.shipping != "unshipped" or order.confirmation in ("cancelled", "merged"):
        return None
    going = order.confirmation == "confirmed" and order.refund == "none"
    if going and order.processing in ("picked", "packed"):
        return _told(_after_picking(order), layout.time_zone(warehouse_id), locale)
    return _of_waves(order, locale)


def _of_waves(order: Order, locale: str) -> dict[str, Any]:
    why = waves.why_not(order.warehouse_id, order.id)
    told = waves.why_told(why, locale)
    code = why.main.code
    short = code == "held" and order.hold_reason == "stock_short"
    return {
        "stage": "stock" if short else _STAGE.get(code, "wave"), "code": code, "text": told["text"],
        "todo": _todo(order.hold_reason or code if code == "held" else code, locale),
        "details": [each["text"] for each in told["details"]], "actions": _actions(order, code),
    }  # fmt: skip


def _actions(order: Order, code: str) -> list[dict[str, Any]]:
    mine = {"order_id": order.id}
    if code in ("held", "not_audited"):
        return [_action("audit", "order.audit", **mine)]
    if code == "intercepted":
        return [_action("let_on", "order.let_on", **mine)]
    if code == "short":
        return [_action(how, "order.resolve_short", **mine, how=how) for how in ("pick_again", "ship_without")]
    if code in ("wave_planned", "wave_refused", "wave_paused"):
        wave = db.session.execute(_WAVE, {"order_id": order.id}).scalar()
        name = "resume" if code == "wave_paused" else "release"
        return [_action(name, f"wave.{name}", wave_id=wave)] if wave else []
    return []


def _action(name: str, command: str, **body: Any) -> dict[str, Any]:
    return {"name": name, "command": command, "body": body}


_WAVE = text("SELECT wave_id FROM wave_order WHERE order_id = :order_id AND active")

# ---- from the tote to the truck

_GATHERED = text(
    """
    SELECT string_agg(DISTINCT c.code, ', ') FROM pick_tote t JOIN container c ON c.id = t.container_id
    WHERE t.order_id = :order_id AND t.in_use
    """
)
_PARCELS = text(
    """
    SELECT p.id, p.number, p.status, s.code AS station, by.name AS packer, p.opened_at, w.id AS waybill_id,
           w.status AS waybill_status, w.number AS waybill, w.change, w.trouble, coalesce(c.name, o.carrier) AS carrier,
           x.reason AS aside, x.note, m.number AS manifest,
           (SELECT count(*) FROM waybill r WHERE r.parcel_id = p.id AND r.refused IS NOT NULL) AS refusals
    FROM parcel p JOIN sales_order o ON o.id = p.order_id JOIN station s ON s.id = p.station_id
    LEFT JOIN person by ON by.id = p.packed_by
    LEFT JOIN waybill w ON w.parcel_id = p.id AND w.status <> 'void' LEFT JOIN carrier c ON c.id = w.carrier_id
    LEFT JOIN parcel_trouble x ON x.parcel_id = p.id AND x.ended_at IS NULL
    LEFT JOIN manifest_parcel mp ON mp.parcel_id = p.id LEFT JOIN manifest m ON m.id = mp.manifest_id
    WHERE p.order_id = :order_id AND p.status NOT IN ('void', 'planned') ORDER BY p.id
    """
)
_LABEL = text(
    """
    SELECT j.id, j.status, j.reason, r.code AS printer, r.status AS printer_status
    FROM print_job j LEFT JOIN printer r ON r.id = j.printer_id
    WHERE j.document = 'waybill' AND j.document_id = :parcel_id ORDER BY j.version DESC, j.copy DESC LIMIT 1
    """
)


def _after_picking(order: Order) -> Stands:
    parcels = db.session.execute(_PARCELS, {"order_id": order.id}).all()
    for parcel in parcels:
        found = _of_parcel(order, parcel)
        if found is not None:
            return found
    if order.processing == "picked":
        tote = db.session.execute(_GATHERED, {"order_id": order.id}).scalar()
        return Stands("pack", "picked" if tote else "picked_somewhere", {"tote": tote or ""})
    loaded = [parcel for parcel in parcels if parcel.status == "loaded"]
    if loaded and len(loaded) == len(parcels):
        return Stands("truck", "loaded", {"manifest": loaded[0].manifest, "carrier": loaded[0].carrier})
    names = ", ".join(parcel.number for parcel in parcels if parcel.status != "loaded")
    return Stands("truck", "to_load", {"parcel": names, "carrier": parcels[0].carrier if parcels else order.carrier})


def _of_parcel(order: Order, parcel: Any) -> Stands | None:
    """What is in the way of one parcel; None for one that waits for its truck."""
    facts = {"parcel": parcel.number, "station": parcel.station, "carrier": parcel.carrier}
    if parcel.aside is not None:
        return Stands("pack", "put_aside", {**facts, "why": _reason(parcel.aside), "note": parcel.note})
    if parcel.status == "open":
        return Stands("pack", "packing", {**facts, "who": parcel.packer or "–", "since": parcel.opened_at})
    if parcel.status != "closed":
        return None
    if parcel.waybill is None:
        code = "refused" if parcel.refusals and parcel.waybill_id is None else "no_number"
        return Stands("waybill", code, {**facts, "trouble": parcel.trouble or "–"})
    if parcel.change is not None:
        code = "change_refused" if parcel.change == "refused" else "changing"
        return Stands("waybill", code, {**facts, "trouble": parcel.trouble or "–"})
    return _of_label(order, parcel.id, facts)


def _of_label(order: Order, parcel_id: int, facts: Mapping[str, Any]) -> Stands | None:
    job = db.session.execute(_LABEL, {"parcel_id": parcel_id}).one_or_none()
    if job is None:
        return None  # a carrier that needs no label, or it was printed before there were jobs
    said = {**facts, "printer": job.printer or "–"}
    if job.status == "uncertain":
        asked = [_action("came_out", "print.resolve", job_id=job.id, came_out=True),
                 _action("did_not", "print.resolve", job_id=job.id, came_out=False)]  # fmt: skip
        return Stands("printer", "label_doubt", said, tuple(asked))
    if job.status in _LOST:
        again = _action("reprint", "print.again", job_id=job.id, reason="did_not_come_out")
        return Stands("printer", "label_lost", said, (again,) if job.status == "failed" else ())
    if job.printer is None:
        return Stands("printer", "no_printer", said)
    if job.status == "blocked":
        return Stands("printer", "label_blocked", said)
    return Stands("printer", "label_waits", said) if job.status in ("queued", "rendered", "leased", "sending") else None


def _reason(code: str) -> Any:
    known = f"ui.board.reason.pack.{code}"
    return [{"say": known}] if known in messages() else code


# ---- in words

def _told(found: Stands, zone: ZoneInfo, locale: str) -> dict[str, Any]:
    said = {
        name: value.astimezone(zone).strftime("%m-%d %H:%M") if isinstance(value, datetime) else value
        for name, value in found.params.items()
    }
    return {
        "stage": found.stage, "code": found.code, "text": words(f"insight.stands.{found.code}", locale, **said),
        "todo": _todo(found.code, locale, said), "details": [], "actions": list(found.actions),
    }  # fmt: skip


def _todo(code: str, locale: str, params: Mapping[str, Any] | None = None) -> str:
    known = f"insight.todo.{code}"
    return words(known, locale, **(params or {})) if known in messages() else ""
