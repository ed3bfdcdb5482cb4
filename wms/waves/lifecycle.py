"""The life of a wave, and whether it gives out work."""
from wms.core.lifecycle import Lifecycle, move

WAVE = Lifecycle(
    "wave",
    "planned",
    {
        "release": move("planned", "released"),
        "finish": move("released", "done"),
        "reopen": move("done cancelled", "released"),
        "cancel": move("planned released", "cancelled"),
    },
)
# Beside its status: a wave with `paused_at` is paused.
PAUSE = Lifecycle("wave's work", "going", {"pause": move("going", "paused"), "resume": move("paused", "going")})
