"""What may be wrong with what: the choices on the terminal, the most frequent first."""
from __future__ import annotations

PLACE = "place"  # nothing was scanned: something on the floor
REASONS = {
    "bin": ("blocked", "damaged", "wrong_goods", "dirty", "unreadable", "other"),
    "goods": ("damaged", "wrong_place", "unreadable", "missing", "dirty", "other"),
    "cart": ("damaged", "missing", "wrong_place", "unreadable", "dirty", "other"),
    "container": ("damaged", "wrong_goods", "wrong_place", "unreadable", "missing", "other"),
    "thing": ("damaged", "missing", "unreadable", "wrong_place", "dirty", "other"),
    PLACE: ("unsafe", "blocked", "dirty", "damaged", "missing", "other"),
}
ALL_REASONS = tuple(dict.fromkeys(each for reasons in REASONS.values() for each in reasons))
_ABOUT = {"bin": "bin", "sku": "goods", "pack": "goods", "lot": "goods", "serial": "goods", "cart": "cart"}


def about(kind: str, family: str) -> str:
    """What a scanned thing of this kind and family counts as here."""
    return "container" if family == "container" else _ABOUT.get(kind, "thing")
