"""The lives of a promise, a hold, an adjustment and a transfer."""
from wms.core.lifecycle import Lifecycle, move

BOX = Lifecycle(
    "sealed box",
    "sealed",
    {
        "take": move("sealed", "used"),  # an order has it, whole
        "open": move("sealed", "opened"),  # its pieces are ordinary goods again
    },
)
PROMISE = Lifecycle("promise", "open", {"keep": move("open", "kept"), "release": move("open", "released")})
HOLD = Lifecycle("hold", "open", {"consume": move("open", "consumed"), "release": move("open", "released")})
ADJUSTMENT = Lifecycle("adjustment", "asked", {"approve": move("asked", "done"), "refuse": move("asked", "refused")})
TRANSFER = Lifecycle(
    "transfer",
    "draft",
    {
        "ship": move("draft", "in_transit"),
        "receive": move("in_transit", "received"),
        "cancel": move("draft", "cancelled"),
    },
)
