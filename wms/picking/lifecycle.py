"""The lives of a pick task (one cart, one walk), of its lines, of goods that go back, and of puts into a wall."""
from wms.core.lifecycle import Lifecycle, move

TASK = Lifecycle(
    "pick task",
    "open",
    {
        "assign": move("open", "assigned"),
        "start": move("assigned", "picking"),
        "take_over": move("open assigned picking", "picking"),  # a colleague has scanned its cart
        "reassign": move("open assigned picking", "assigned"),
        "let_go": move("assigned picking", "open"),
        "finish": move("picking", "picked"),
        "pass_on": move("waiting", "open"),  # the zone before is picked: its cart comes here
        "cancel": move("waiting open assigned", "cancelled"),
    },
)
LINE = Lifecycle(
    "pick line",
    "open",
    {
        "pick": move("open", "picked"),
        "short": move("open", "short"),
        "withdraw": move("open picked short", "withdrawn"),  # what was picked of it goes back
        "lose": move("picked", "short"),  # picked in bulk, and not there when it was sorted
    },
)
PUT_BACK = Lifecycle(
    "put-back",
    "open",
    {
        "take": move("open", "taken"),
        "hand_back": move("taken", "open"),
        "finish": move("open taken", "done"),
        "undo": move("open taken", "cancelled"),  # the order is released again before a piece was put back
    },
)
PUT = Lifecycle(
    "wall put",
    "shown",
    {"put": move("shown", "put"), "drop": move("shown", "dropped"), "undo": move("put", "undone")},
)
