"""The life of a wave."""

from wms.core.lifecycle import Lifecycle, move

WAVE = Lifecycle(
    "wave",
    "planned",
    {
        "release": move("planned", "released"),
        "finish": move("released", "done"),
        "reopen": move("done", "released"),
        "cancel": move("planned", "cancelled"),
    },
)
