"""The lives of an expected receipt, a quality check, goods put aside and a putaway."""
from wms.core.lifecycle import Lifecycle, move

RECEIPT = Lifecycle(
    "receipt",
    "expected",
    {
        "begin": move("expected receiving", "receiving"),
        "finish": move("expected receiving", "received"),
        "reopen": move("received", "receiving"),
        "close": move("received", "closed"),
        "cancel": move("expected receiving", "cancelled"),
    },
)
CHECK = Lifecycle(
    "quality check",
    "open",
    {
        "release": move("open", "released"),
        "reject": move("open", "rejected"),
        "withdraw": move("open", "withdrawn"),
    },
)
ASIDE = Lifecycle("goods put aside", "open", {"settle": move("open", "settled")})
PUTAWAY = Lifecycle("putaway", "planned", {"put": move("planned", "done"), "drop": move("planned", "dropped")})
