"""The lives of a pick task (one cart, one walk), of its lines, and of what a sorter puts into a wall."""
from wms.core.lifecycle import Lifecycle, move

TASK = Lifecycle(
    "pick task",
    "open",
    {
        "assign": move("open", "assigned"),
        "start": move("assigned", "picking"),
        "let_go": move("assigned picking", "open"),
        "finish": move("picking", "picked"),
        "cancel": move("open assigned", "cancelled"),
    },
)
LINE = Lifecycle(
    "pick line",
    "open",
    {
        "pick": move("open", "picked"),
        "short": move("open", "short"),
        "withdraw": move("open", "withdrawn"),
        "lose": move("picked", "short"),  # picked in bulk, and not there when it was sorted
    },
)
PUT = Lifecycle(
    "wall put",
    "shown",
    {"put": move("shown", "put"), "drop": move("shown", "dropped"), "undo": move("put", "undone")},
)
