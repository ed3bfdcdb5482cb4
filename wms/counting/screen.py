"""What a counter's terminal shows. Nothing here knows what the books say: the count is blind."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select, text

from wms.access import service as access
from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.counting import tasks
from wms.counting.models import CountTask
from wms.stock.models import LOOSE, Container

_PLACE = text(
    """
    SELECT b.code, b.aisle, b.side, b.level, z.code AS zone, z.colour AS zone_colour,
           k.code AS sku, k.name, k.picture
    FROM bin b LEFT JOIN zone z ON z.id = b.zone_id LEFT JOIN sku k ON k.id = :sku_id WHERE b.id = :bin_id
    """
)
_SEEN = text(
    """
    SELECT t.id, t.counted, t.lot, t.condition, k.code, k.name, k.picture, c.code AS container
    FROM count_tally t JOIN sku k ON k.id = t.sku_id LEFT JOIN container c ON c.id = t.container_id
    WHERE t.task_id = :task_id AND t.round = :round ORDER BY t.at DESC, t.id DESC
    """
)
_LOTS = text("SELECT code FROM stock_lot WHERE sku_id = :sku_id ORDER BY received_at DESC, id DESC LIMIT 6")
_COUNTED = text(
    """
    SELECT count(DISTINCT r.task_id) FROM count_round r JOIN count_task t ON t.id = r.task_id
    WHERE r.person_id = :person_id AND r.closed_at >= :since AND t.warehouse_id = :warehouse_id
    """
)


def state(warehouse_id: int, person_id: int) -> tuple[str, dict[str, Any]]:
    """The screen that a counter must see now, and its data."""
    task = tasks.of_person(warehouse_id, person_id)
    if task is None:
        left = tasks.waiting(warehouse_id, person_id)
        far = _progress(warehouse_id, person_id, left)
        return "count_none", {"waiting": left, "progress": far, "now": now().isoformat()}
    return ("count_bin" if task.at_bin_at is None else "count_items"), picture(task)


def _progress(warehouse_id: int, person_id: int, left: int) -> dict[str, int]:
    """The bins that a person has counted since they began to work, of those and all that are left to them."""
    values = {"warehouse_id": warehouse_id, "person_id": person_id, "since": access.shift_began(person_id)}
    done = int(db.session.execute(_COUNTED, values).scalar_one())
    return {"done": done, "total": done + left}


def picture(task: CountTask) -> dict[str, Any]:
    """A task as its counter sees it: where, what was seen so far, and the server's clock."""
    row = db.session.execute(_PLACE, {"bin_id": task.bin_id, "sku_id": task.sku_id}).one()
    bin = {name: getattr(row, name) for name in ("code", "aisle", "side", "level", "zone", "zone_colour")}
    sku = {"code": row.sku, "name": row.name, "picture": row.picture} if row.sku else None
    return {
        "task": {
            "id": task.id, "kind": task.kind, "again": task.round > 1, "bin": bin, "sku": sku,
            "container": _container(task.container_id),
        },
        "seen": _seen(task) if task.at_bin_at else [],
        "progress": _of(task),
        "now": now().isoformat(),
    }  # fmt: skip


def _of(task: CountTask) -> dict[str, int] | None:
    if task.person_id is None:
        return None
    left = tasks.waiting(task.warehouse_id, task.person_id)
    return _progress(task.warehouse_id, task.person_id, left + 1)


def _seen(task: CountTask) -> list[dict[str, Any]]:
    rows = db.session.execute(_SEEN, {"task_id": task.id, "round": task.round})
    return [
        {
            "id": row.id, "counted": row.counted, "lot": row.lot, "condition": row.condition,
            "container": row.container, "sku": {"code": row.code, "name": row.name, "picture": row.picture},
        }
        for row in rows
    ]  # fmt: skip


def _container(container_id: int) -> str | None:
    if container_id == LOOSE:
        return None
    return db.session.execute(select(Container.code).where(Container.id == container_id)).scalar()


def lots_of(sku_id: int) -> list[str]:
    """The newest lots of a SKU, wherever they lie, for a counter who has to name one."""
    return list(db.session.execute(_LOTS, {"sku_id": sku_id}).scalars())


def sku_shown(sku_id: int) -> dict[str, Any]:
    """A SKU as terminals show it."""
    sku = db.session.get_one(Sku, sku_id)
    return {"code": sku.code, "name": sku.name, "picture": sku.picture}
