"""The verbs of the stock room; the only door through which goods move. Each is part of its caller's transaction."""
from __future__ import annotations

import wms.stock.codes  # noqa: F401  registers how lots and serials are found by a scan
from wms.stock.adjusting import adjust_by, adjust_to
from wms.stock.books import book_at
from wms.stock.containers import (
    Shift,
    container_by_code,
    ensure_container,
    move_container,
    nest,
    pour,
    shift,
    tree,
    where_is,
)  # fmt: skip
from wms.stock.goods import Goods, special_bin
from wms.stock.history import Asked, Moved
from wms.stock.history import page as history
from wms.stock.holds import Held, hold, hold_some, release_holds
from wms.stock.ledger import Place
from wms.stock.moving import move, reclassify, ship
from wms.stock.picks import pick
from wms.stock.promises import promise, promise_many, release_promises
from wms.stock.receiving import receive
from wms.stock.rules import MOST, Want
from wms.stock.space import check_fits

__all__ = [
    "MOST", "Asked", "Goods", "Held", "Moved", "Place", "Shift", "Want", "adjust_by", "adjust_to", "book_at",
    "check_fits", "container_by_code", "ensure_container", "history", "hold", "hold_some", "move", "move_container",
    "nest", "pick", "pour", "promise", "promise_many", "receive", "reclassify", "release_holds", "release_promises",
    "shift", "ship", "special_bin", "tree", "where_is",
]  # fmt: skip
