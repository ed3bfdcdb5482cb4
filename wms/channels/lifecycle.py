"""The life of what a shop is to be told."""
from wms.core.lifecycle import Lifecycle, move

PUSH = Lifecycle(
    "shop push",
    "waiting",
    {
        "ask": move("waiting asked", "asked"),  # from asked: the answer to the last time was lost
        "confirm": move("asked", "done"),
        "refuse": move("asked", "refused"),
        "again": move("refused", "asked"),  # part of it may have been taken
    },
)
