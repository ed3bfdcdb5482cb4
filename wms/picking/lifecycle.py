"""The lives of a pick task (one cart, one walk) and of its lines."""
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
    {"pick": move("open", "picked"), "short": move("open", "short"), "withdraw": move("open", "withdrawn")},
)
