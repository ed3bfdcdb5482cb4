"""What stock has to say when the layout changes."""
from __future__ import annotations

from sqlalchemy import select

from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import subscribe
from wms.layout.events import KindChanging
from wms.layout.models import Bin
from wms.stock.models import StockBalance


@subscribe(KindChanging)
def only_when_empty(event: KindChanging) -> None:
    """Whether goods may be promised depends on the kind of bin they lie in: with goods in it, it cannot change."""
    full = (
        select(Bin.code)
        .join(StockBalance, StockBalance.bin_id == Bin.id)
        .where(among(Bin.id, event.bin_ids), StockBalance.on_hand > 0)
        .order_by(Bin.code)
        .limit(1)
    )
    code = db.session.execute(full).scalar()
    if code is not None:
        raise WmsError("layout.bin_not_empty", bin=code)
