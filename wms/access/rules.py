"""How long sessions and codes are good, how many wrong PINs are too many, how a session ended: plain decisions."""
from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

SESSION_LENGTH = timedelta(hours=12)
IDLE_LENGTH = timedelta(minutes=30)

# Of a new PIN; shorter ones that were given before still open. With the tries below, a million are enough.
PIN_FORM, PIN_HINT = r"[0-9]{6,12}", "6 to 12 digits are needed"

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

HEARD_WITHIN = timedelta(seconds=50)  # a device tells at least every 30 seconds what it shows
NOTE_LENGTH = 200
PHRASES = ("come", "hurry", "break", "phone", "help", "battery", "careful", "thanks")
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # characters that turn the words around


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


def plain_words(text: str) -> str:
    """A note as it is kept: one line, without control characters and those that turn the words that follow around."""
    kept = (" " if each.isspace() else each for each in text if each.isspace() or not _hidden(each))
    return " ".join("".join(kept).split())


def _hidden(each: str) -> bool:
    return each in _TURNS or unicodedata.category(each) == "Cc"


def lamp(told: str | None, told_at: datetime | None, moment: datetime) -> str:
    """A device's lamp as a supervisor sees it: what it told, offline when it has not been heard from."""
    return told if told and told_at and moment - told_at < HEARD_WITHIN else "offline"
