"""The life of a print job. `sending` is committed before the first byte leaves.

After it only evidence moves a job: an acknowledgement, or a person who says what came out.
"""
from wms.core.lifecycle import Lifecycle, move

JOB = Lifecycle(
    "print job",
    "queued",
    {
        "render": move("queued blocked", "rendered"),
        "route": move("queued rendered blocked", "queued"),  # to another printer, which renders for itself
        "lease": move("rendered blocked", "leased"),
        "block": move("queued rendered leased sending", "blocked"),  # from sending: only with zero bytes sent
        "send": move("leased", "sending"),
        "sent": move("sending", "sent"),
        "confirm": move("sending sent uncertain", "confirmed"),
        "lose": move("sending", "uncertain"),
        "fail": move("queued rendered leased blocked uncertain", "failed"),
        "cancel": move("queued rendered blocked", "cancelled"),
        "resume": move("cancelled", "queued"),  # the run that it is of goes on; nothing of it was ever sent
        "expire": move("queued rendered blocked", "expired"),
    },
)
