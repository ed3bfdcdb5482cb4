"""The life of what a program is to be told."""
from wms.core.lifecycle import Lifecycle, move

MESSAGE = Lifecycle(
    "webhook message",
    "waiting",
    {
        "deliver": move("waiting", "delivered"),
        "give_up": move("waiting", "given_up"),
        "again": move("delivered given_up waiting", "waiting"),
    },
)
