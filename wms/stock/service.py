"""The verbs of the stock room; the only door through which goods move. Each is part of its caller's transaction."""
from __future__ import annotations

import wms.stock.codes  # noqa: F401  registers how lots and serials are found by a scan
from wms.stock.adjusting import adjust_by, adjust_to
from wms.stock.adjustments import (
    adjustments,
    approve_adjustment,
    ask_adjustment,
    refuse_adjustment,
    scrap,
)  # fmt: skip
from wms.stock.available import available
from wms.stock.books import book_at
from wms.stock.boxes import Boxes, box_at, open_box, seal, sealed_boxes, take_box
from wms.stock.bulk_picks import Taken, pick_many
from wms.stock.containers import (
    Shift,
    container_by_code,
    ensure_container,
    move_container,
    nest,
    new_totes,
    pour,
    shift,
    tree,
    where_is,
)  # fmt: skip
from wms.stock.converting import assemble, convert, disassemble, kit_lines
from wms.stock.cost import average
from wms.stock.goods import Goods, special_bin
from wms.stock.history import Asked, Moved
from wms.stock.history import page as history
from wms.stock.holds import Held, free_for, hold, hold_some, keep_still, let_go, release_holds, would_hold
from wms.stock.ledger import Place
from wms.stock.moving import move, reclassify, ship
from wms.stock.picks import PICKED, PICKED_SERIALS, check_moved, pick, serials_held, serials_in
from wms.stock.promises import lower_promises, promise, promise_anew, promise_many, release_promises, shelves
from wms.stock.receiving import give_back, receive
from wms.stock.reservations import release_reservation, reserve, reserved, take_reserved
from wms.stock.rules import MOST, Choice, Free, Want, choose_bins, content_key
from wms.stock.space import check_fits
from wms.stock.transfers import (
    Arrived,
    arrive_transfer,
    cancel_transfer,
    finish_transfer,
    open_transfer,
    ship_transfer,
    transfers,
)  # fmt: skip
from wms.stock.velocity import classify

__all__ = [
    "MOST", "PICKED", "PICKED_SERIALS", "Arrived", "Asked", "Boxes", "Choice", "Free", "Goods", "Held", "Moved",
    "Place", "Shift", "Taken", "Want", "adjust_by", "adjust_to", "adjustments", "approve_adjustment",
    "arrive_transfer", "ask_adjustment", "assemble", "available", "average", "book_at", "box_at",
    "cancel_transfer", "check_fits", "check_moved", "choose_bins", "classify", "container_by_code",
    "content_key", "convert", "disassemble", "ensure_container", "finish_transfer", "free_for", "give_back",
    "history", "hold", "hold_some", "keep_still", "kit_lines", "let_go", "lower_promises", "move",
    "move_container", "nest", "new_totes", "open_box", "open_transfer", "pick", "pick_many", "pour", "promise",
    "promise_anew", "promise_many", "receive", "reclassify", "refuse_adjustment", "release_holds",
    "release_promises", "release_reservation", "reserve", "reserved", "scrap", "seal", "sealed_boxes",
    "serials_held", "serials_in", "shelves", "shift", "ship", "ship_transfer", "special_bin", "take_box",
    "take_reserved", "transfers", "tree", "where_is", "would_hold",
]  # fmt: skip
