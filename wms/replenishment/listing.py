"""The lists of replenishment: tasks, and pick faces with what lies in them and comes."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wms.core.actor import Actor
from wms.core.listing import Column, Listing, Sort, by_beginning
from wms.replenishment import faces, screen


def _tasks(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    return screen.told(ids)


def _faces(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    return faces.told(who.warehouse_id, ids)


_GOODS = (Column("sku", "ui.stock.sku", 18), Column("name", "ui.stock.name", 36))
TASKS = Listing(
    name="replenishments",
    table="replenish_task t",
    key="t.id",
    always="t.warehouse_id = :warehouse_id",
    joins={
        "k": "JOIN sku k ON k.id = t.sku_id", "f": "JOIN bin f ON f.id = t.from_bin_id",
        "o": "JOIN bin o ON o.id = t.to_bin_id",
    },
    where={
        "status": "t.status = :status",
        "urgency": "t.urgency = :urgency",
        "q": "(k.code LIKE :begin OR f.code LIKE :begin OR o.code LIKE :begin)",
    },
    sorts={"id": Sort("t.id")},
    worked_out=by_beginning,
    tell=_tasks,
    title="ui.office.nav.replenishment",
    columns=(
        Column("urgency", "ui.replenishment.urgency", words="ui.replenishment_urgency"),
        *_GOODS,
        Column("qty", "ui.stock.pieces", 10, "whole"),
        Column("from_bin", "ui.replenishment.from"),
        Column("to_bin", "ui.replenishment.to"),
        Column("status", "ui.counts.status", words="ui.replenishment_status"),
        Column("person", "ui.stock.person", 18),
        Column("due_at", "ui.replenishment.due", 17, "moment"),
        Column("asked_at", "ui.counts.asked", 17, "moment"),
        Column("ended_at", "ui.people.ended", 17, "moment"),
    ),
)  # fmt: skip
FACES = Listing(  # as many as there are bins to pick from at most: any order is quick
    name="pick-faces",
    table="pick_face f JOIN bin b ON b.id = f.bin_id JOIN sku k ON k.id = f.sku_id",
    key="f.id",
    always="f.warehouse_id = :warehouse_id",
    where={"q": "(b.code LIKE :begin OR k.code LIKE :begin)"},
    sorts={"id": Sort("f.id"), "bin": Sort("b.code", "text"), "sku": Sort("k.code", "text")},
    worked_out=by_beginning,
    tell=_faces,
    title="ui.replenishment_tab.faces",
    columns=(
        Column("bin", "ui.stock.bin"),
        *_GOODS,
        Column("on_hand", "ui.stock.on_hand", 10, "whole"),
        Column("free", "ui.stock.free", 10, "whole"),
        Column("min_qty", "ui.replenishment.minimum", 10, "whole"),
        Column("max_qty", "ui.replenishment.maximum", 10, "whole"),
        Column("coming", "ui.replenishment.coming", 10, "whole"),
    ),
)
