"""Pick lists on paper: the walk of a cart for whoever picks without a handheld, as it stands now."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from wms.core.catalogue import text as words
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.shorten import shortened
from wms.printing import service as printing
from wms.waves import service as waves

DOCUMENT = "pick_list"
_WIDEST = {"bin": 24, "sku": 32, "name": 80, "lot": 20, "tote": 16}  # what fits a row of any paper

_CARTS = text(
    """
    SELECT t.id, t.kind, c.number, coalesce(p.name, '') AS picker, coalesce(k.code, '') AS cart,
           coalesce(z.code, '') AS zone
    FROM pick_task t LEFT JOIN wave_cart c ON c.id = t.wave_cart_id LEFT JOIN zone z ON z.id = c.zone_id
    LEFT JOIN person p ON p.id = t.person_id LEFT JOIN cart k ON k.id = t.cart_id
    WHERE t.wave_id = :wave_id AND t.open_lines > 0 AND t.kind <> 'box'
      AND t.status IN ('waiting', 'open', 'assigned', 'picking')
      AND (cast(:task_ids AS bigint[]) IS NULL OR t.id = ANY(:task_ids))
    ORDER BY c.number, t.id
    """
)
# In bulk, lines with one number are one stop, whoever wants the goods.
_LINES = text(
    """
    SELECT l.task_id, l.seq, b.code AS bin, k.code AS sku, k.name, a.lot, sum(l.qty - l.picked)::bigint AS qty,
           CASE WHEN t.kind = 'cart' THEN coalesce(c.code, l.slot::text) ELSE '' END AS tote
    FROM pick_line l JOIN pick_task t ON t.id = l.task_id JOIN bin b ON b.id = l.bin_id JOIN sku k ON k.id = l.sku_id
    JOIN stock_hold h ON h.id = l.hold_id JOIN stock_balance a ON a.id = h.balance_id
    LEFT JOIN pick_tote s ON s.task_id = l.task_id AND s.slot = l.slot LEFT JOIN container c ON c.id = s.container_id
    WHERE l.task_id = ANY(:task_ids) AND l.status = 'open'
    GROUP BY l.task_id, l.seq, b.code, k.code, k.name, a.lot, 8 ORDER BY l.task_id, l.seq, 8
    """
)


def print_lists(
    warehouse_id: int, wave_id: int, *, task_ids: Sequence[int] | None, station: str | None, near: int | None,
    reason: str, locale: str, asked_by: int | None,
) -> dict[str, Any]:  # fmt: skip
    """Print the lists of a wave's carts, or of these of them: {lists, again, pages, station, printer}.

    A list that was printed as it stands now comes out `again` only for a `reason`. Raises `picking.nothing_to_list`,
    `picking.lists_are_out` where all were printed and no reason is given, and as `waves.get`, `printing.papers.place`
    and `printing.again` do.
    """
    wave = waves.get(warehouse_id, wave_id)
    asked = None if task_ids is None else sorted(task_ids)
    carts = db.session.execute(_CARTS, {"wave_id": wave_id, "task_ids": asked}).all()
    if not carts:
        raise WmsError("picking.nothing_to_list", wave=wave.number)
    lines = _lines([cart.id for cart in carts])
    at = printing.papers.place(warehouse_id, DOCUMENT, station, near)
    done: dict[str, Any] = {"lists": 0, "again": 0, "pages": 0, "station": at.station.code, "printer": at.printer}
    for cart in carts:
        paper = _paper(wave.number, cart, lines[cart.id], locale)
        jobs = printing.papers.ask(paper, at, asked_by=asked_by, reason=reason)
        done["lists"] += bool(jobs)
        done["again"] += bool(jobs) and jobs[0].copy > 1
        done["pages"] += len(jobs)
    if not done["pages"]:
        raise WmsError("picking.lists_are_out", wave=wave.number, lists=len(carts))
    return done


def outdated(warehouse_id: int, order_ids: Sequence[int]) -> None:
    """Lists that still wait and name goods of these orders would send somebody for what nobody wants any more."""
    rows = db.session.execute(_WITH, {"warehouse_id": warehouse_id, "order_ids": sorted(order_ids)}).scalars().all()
    for task_id in rows:
        printing.void(DOCUMENT, task_id)


_WITH = text(
    """
    SELECT DISTINCT l.task_id FROM pick_line l
    JOIN print_job j ON j.document = 'pick_list' AND j.document_id = l.task_id
    WHERE l.order_id = ANY(:order_ids) AND j.warehouse_id = :warehouse_id
      AND j.status IN ('queued', 'rendered', 'blocked') ORDER BY l.task_id
    """
)


def _lines(task_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {task_id: [] for task_id in task_ids}
    for row in db.session.execute(_LINES, {"task_ids": list(task_ids)}):
        shown = {name: shortened(getattr(row, name), widest) for name, widest in _WIDEST.items()}
        found[row.task_id].append({**shown, "qty": row.qty})
    return found


def _paper(wave: int, cart: Any, lines: list[dict[str, Any]], locale: str) -> printing.papers.Paper:
    number = f"{wave}-{cart.number or cart.id}"
    title = words("picking.list_title", locale, wave=wave, cart=cart.number or cart.id)
    head = {
        "title": shortened(" · ".join(filter(None, (title, cart.zone))), 40), "code": f"W{number}",
        "picker": shortened(cart.picker, 40), "cart": shortened(cart.cart, 24), "locale": locale,
    }  # fmt: skip
    return printing.papers.Paper(DOCUMENT, cart.id, f"W{number}", head, lines)
