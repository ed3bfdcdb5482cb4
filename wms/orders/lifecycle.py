"""The orthogonal axes of an order; the merchants' eight states are derived in `rules.py`."""
from wms.core.lifecycle import Lifecycle, move

CONFIRMATION = Lifecycle(
    "order confirmation",
    "unconfirmed",
    {
        "confirm": move("unconfirmed held", "confirmed"),
        "hold": move("unconfirmed held confirmed", "held"),
        "cancel": move("unconfirmed held confirmed", "cancelled"),
        "merge": move("held confirmed", "merged"),  # it travels with another order
        "part": move("merged", "held"),  # and by itself again: confirmed at once where the other was
        "reopen": move("cancelled", "unconfirmed"),  # it was cancelled by mistake, and is audited again
    },
)
PAYMENT = Lifecycle(
    "order payment", "unpaid", {"pay_part": move("unpaid part", "part"), "pay": move("unpaid part", "paid")}
)
PROCESSING = Lifecycle(
    "order processing",
    "waiting",
    {
        "wave": move("waiting", "waved"),
        "unwave": move("waved picking short", "waiting"),
        "undo": move("waved picking short picked packed", "waiting"),  # its goods go back to their bins
        "start": move("waved", "picking"),
        "short": move("waved picking", "short"),
        "again": move("short", "waved"),  # the missing pieces are picked from other bins
        "pick": move("picking short", "picked"),  # from short: sent without the missing pieces
        "put_back": move("picked", "picking"),  # a piece was taken out of its slot of the wall again
        "pack": move("picked", "packed"),
    },
)
SHIPPING = Lifecycle("order shipping", "unshipped", {"ship": move("unshipped", "shipped")})
REFUND = Lifecycle(
    "order refund",
    "none",
    {"ask": move("none", "asked"), "refund": move("none asked", "refunded"), "withdraw": move("asked", "none")},
)
BULK = Lifecycle(
    "action on many orders",
    "looking",  # what would become of each order is found out
    {
        "look": move("looking", "looked"),
        "go": move("looked", "doing"),
        "finish": move("doing", "done"),
        "undo": move("done", "undoing"),
        "end": move("undoing", "undone"),
    },
)
