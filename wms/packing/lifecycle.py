"""The life of a parcel."""
from wms.core.lifecycle import Lifecycle, move

PARCEL = Lifecycle(
    "parcel",
    "open",
    {
        "close": move("open", "closed"),
        "load": move("closed", "loaded"),
        "unload": move("loaded", "closed"),
        "ship": move("loaded", "shipped"),
        "void": move("open closed", "void"),
    },
)
