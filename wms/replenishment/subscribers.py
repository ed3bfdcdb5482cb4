"""What replenishment tells of its rows."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from wms.core.bulk import among
from wms.core.db import db
from wms.core.reference import reference
from wms.core.said import Said
from wms.layout.models import Bin
from wms.replenishment.models import ReplenishTask


@reference("replenish")
def replenishments(ids: Sequence[int]) -> dict[int, Said]:
    """Moves and reservations of replenishment name their task: which pick face is filled."""
    asked = (
        select(ReplenishTask.id, Bin.code)
        .join(Bin, Bin.id == ReplenishTask.to_bin_id)
        .where(among(ReplenishTask.id, ids))
    )
    rows = db.session.execute(asked)
    return {row.id: Said("replenishment.reference", {"id": row.id, "bin": row.code}) for row in rows}
