"""How long sessions and codes are good, how many wrong PINs are too many, how a session ended: plain decisions."""
from __future__ import annotations

from datetime import datetime, timedelta

SESSION_LENGTH = timedelta(hours=12)
IDLE_LENGTH = timedelta(minutes=30)

TRIES = 5  # of one person at one device, then
LOCKED_FOR = timedelta(minutes=5)  # that person waits there, and nowhere else
DEVICE_TRIES = 20  # of all people at one enrolled device, within TRIES_KEPT: then it is locked until it is opened
TRIES_KEPT = timedelta(days=1)
# Devices that are not enrolled tell their own names, so somebody who guesses could be a new one each time: for one
# person all of them together have no more tries than this. Enrolled devices go on meanwhile.
NAMELESS_TRIES = 20
NAMELESS_WITHIN = timedelta(hours=1)

CODE_GOOD_FOR = timedelta(minutes=10)
CODE_LENGTH = 10
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks like something else; 30 to the 10th: 49 bits
WRONG_CODES = 10  # of one network address, within CODE_GOOD_FOR


def place(device_id: int | None, name: str) -> str:
    """Where tries are counted: at an enrolled device, or at one that only tells a name."""
    return f"device:{device_id}" if device_id is not None else f"named:{name}"


def left(failed: int) -> int:
    """How many tries are left after so many failures in a row; 0 means: wait."""
    return (TRIES - failed % TRIES) % TRIES


def plain(code: str) -> str:
    """A code as it was made, however it was typed: without dashes and blanks, in capitals."""
    return "".join(each for each in code.upper() if each.isalnum())


def shown(code: str) -> str:
    """A code as people read and type it: in two halves."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def ran_out(seen_at: datetime, expires_at: datetime, moment: datetime) -> tuple[datetime, str] | None:
    """When and how a session that nobody ended was over by itself: it stood idle, or its time was up."""
    if seen_at + IDLE_LENGTH <= min(moment, expires_at):
        return seen_at, "idle"
    return (expires_at, "expired") if expires_at <= moment else None
