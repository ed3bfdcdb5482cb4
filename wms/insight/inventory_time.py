"""From moments to moves: these are numbered as they happen, so a moment is found by halving, without an index."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from wms.core.db import db

_ENDS = text("SELECT coalesce(min(id), 1), coalesce(max(id), 0) + 1 FROM stock_move")
_AT = text("SELECT id, at FROM stock_move WHERE id >= :id ORDER BY id LIMIT 1")


def first_move_since(moment: datetime) -> int:
    """The id of the first move since a moment; one more than the last when there is none.

    Transactions at the same moment may number their moves a little out of turn, so this is good to some seconds.
    """
    low, high = db.session.execute(_ENDS).one()
    while low < high:
        middle = (low + high) // 2
        found = db.session.execute(_AT, {"id": middle}).one_or_none()
        if found is None or found.at >= moment:
            high = middle
        else:
            low = found.id + 1
    return int(high)
