"""The life of a replenishment."""
from wms.core.lifecycle import Lifecycle, move

# `assigned`: a person walks to the source. `carried`: the goods are on their cart, in the books too.
REPLENISHMENT = Lifecycle(
    "replenishment",
    "open",
    {
        "take": move("open", "assigned"),
        "hand_back": move("assigned", "open"),
        "carry": move("assigned", "carried"),
        "put": move("carried", "done"),
        "cancel": move("open assigned", "cancelled"),
    },
)
