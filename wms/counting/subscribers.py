"""What counting tells of its rows."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from wms.core.bulk import among
from wms.core.db import db
from wms.core.reference import reference
from wms.core.said import Said
from wms.counting.models import CountTask
from wms.layout.models import Bin


@reference("count")
def counts(ids: Sequence[int]) -> dict[int, Said]:
    """Moves of counts name their task: which bin was counted."""
    asked = select(CountTask.id, Bin.code).join(Bin, Bin.id == CountTask.bin_id).where(among(CountTask.id, ids))
    return {row.id: Said("counting.reference", {"id": row.id, "bin": row.code}) for row in db.session.execute(asked)}
