"""The life of a count."""
from wms.core.lifecycle import Lifecycle, move

# `counted`: the bin is declared done. It rests there only while a difference waits for pieces that are held.
COUNT = Lifecycle(
    "count",
    "open",
    {
        "take": move("open", "counting"),
        "count": move("counting", "counted"),
        "ask_again": move("counted approval", "recount"),
        "take_again": move("recount", "counting"),
        "ask_approval": move("counted", "approval"),
        "approve": move("approval", "counted"),
        "finish": move("counted", "done"),
        "hand_back": move("counting", "open"),
        "hand_back_again": move("counting", "recount"),
        "refuse": move("approval", "cancelled"),
        "cancel": move("open counting counted recount", "cancelled"),
    },
)
