"""The list of counts, each with what its rounds found."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wms.core.actor import Actor
from wms.core.listing import Column, Listing, Sort, by_beginning
from wms.counting import shown


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    return shown.told(ids)


def _differing(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [line for line in item["lines"] if line["round"] == item["round"]]


COUNTS = Listing(
    name="counts",
    table="count_task t",
    key="t.id",
    always="t.warehouse_id = :warehouse_id",
    joins={"b": "JOIN bin b ON b.id = t.bin_id"},
    where={"status": "t.status = :status", "kind": "t.kind = :kind", "q": "b.code LIKE :begin"},
    sorts={"id": Sort("t.id")},
    worked_out=by_beginning,
    tell=_tell,
    title="ui.office.nav.counts",
    columns=(
        Column("bin", "ui.stock.bin"),
        Column("kind", "ui.counts.kind", words="ui.counts_kind"),
        Column("sku", "ui.stock.sku", 18),
        Column("status", "ui.counts.status", words="ui.counts_status"),
        Column("round", "ui.counts.round", 8, "whole"),
        Column("change", "ui.counts.change", 10, "whole", lambda item: sum(x["difference"] for x in _differing(item))),
        Column("value", "ui.stock.value", 12, "money", lambda item: sum(float(x["value"]) for x in _differing(item))),
        Column("person", "ui.stock.person", 18),
        Column("why", "ui.counts.why", 30),
        Column("asked_at", "ui.counts.asked", 17, "moment"),
        Column("ended_at", "ui.people.ended", 17, "moment"),
    ),
)
