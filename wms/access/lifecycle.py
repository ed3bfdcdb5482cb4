"""The life of an enrolled device: locked after too many wrong PINs, revoked for good."""
from wms.core.lifecycle import Lifecycle, move

DEVICE = Lifecycle(
    "device",
    "active",
    {
        "lock": move("active", "locked"),
        "open": move("locked", "active"),
        "revoke": move("active locked", "revoked"),
    },
)
