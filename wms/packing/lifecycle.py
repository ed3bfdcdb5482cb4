"""The life of a parcel."""
from wms.core.lifecycle import Lifecycle, move

PARCEL = Lifecycle(
    "parcel",
    "open",
    {
        "begin": move("planned", "open"),  # its waybill was printed before it was packed
        "close": move("open", "closed"),
        "load": move("closed", "loaded"),
        "unload": move("loaded", "closed"),
        "ship": move("loaded", "shipped"),
        "void": move("planned open closed", "void"),
    },
)
