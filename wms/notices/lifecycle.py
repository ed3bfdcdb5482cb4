"""The life of a notice to a buyer."""
from wms.core.lifecycle import Lifecycle, move

NOTICE = Lifecycle(
    "notice",
    "waiting",
    {
        "send": move("waiting", "sending"),
        "sent": move("sending", "sent"),
        "later": move("sending", "waiting"),  # nothing left for certain
        "fail": move("waiting sending", "failed"),
        "doubt": move("sending", "doubt"),  # nobody knows whether it left: it is not sent again by itself
        "again": move("failed doubt", "waiting"),
    },
)
