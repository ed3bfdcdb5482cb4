"""The list of waves."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.listing import Column, Item, Listing, Sort
from wms.waves import service
from wms.waves.models import Wave


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    found = db.session.execute(select(Wave).where(Wave.id.in_(ids))).scalars().all()
    return [service.with_words(each, who.locale) for each in service.pictures(found)]


def _refused(item: Item) -> str | None:
    return item["release_refused"]["text"] if item["release_refused"] else None


WAVES = Listing(
    name="waves",
    table="wave w",
    key="w.id",
    always="w.warehouse_id = :warehouse_id",
    where={"status": "w.status = :status", "method": "w.method = :method"},
    sorts={"number": Sort("w.number")},
    tell=_tell,
    title="ui.office.nav.waves",
    columns=(
        Column("number", "ui.waves.wave", 8, "whole"),
        Column("status", "ui.waves.state", words="ui.waves_status"),
        Column("refused", "ui.waves.refused", 40, value=_refused),
        Column("rule", "ui.waves.rule", 24, value=lambda item: item["filter"].get("rule")),
        Column("method", "ui.waves.method", 16, words="ui.waves_method"),
        Column("orders", "ui.waves.orders", 8, "whole"),
        Column("lines", "ui.inbound.lines", 8, "whole"),
        Column("units", "ui.stock.pieces", 8, "whole"),
        Column("carts", "ui.waves.carts", 8, "whole"),
        Column("walk_m", "ui.waves.walk", 10, "whole"),
        Column("baseline_m", "ui.waves.baseline", 10, "whole"),
        Column("cutoff_at", "ui.waves.cutoff", 17, "moment"),
        Column("created_at", "ui.waves.built", 17, "moment"),
        Column("released_at", "ui.waves.released", 17, "moment"),
        Column("finished_at", "ui.waves.finished", 17, "moment"),
    ),
)
