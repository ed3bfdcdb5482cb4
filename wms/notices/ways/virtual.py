"""A way that carries nothing anywhere and keeps what it was given in memory, the newest: for the demo and for tests."""
from __future__ import annotations

from collections import deque

from wms.notices.plugin import Account, Message, NotNowError, RefusedError, SilentError

KEPT = 200


class Virtual:
    """`fails` among the settings: how it misbehaves (refuse, later, silent)."""

    needs = "phone"
    settings: tuple[str, ...] = ("fails",)
    secrets: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.sent: deque[Message] = deque(maxlen=KEPT)

    def check(self, account: Account) -> None:
        return None

    def send(self, account: Account, message: Message) -> None:
        fails = account.setting("fails")
        if fails == "refuse":
            raise RefusedError("as it was told to")
        if fails == "later":
            raise NotNowError("as it was told to")
        self.sent.append(message)
        if fails == "silent":
            raise SilentError("as it was told to")
