"""When to ask a printer whether a label is out: seldom while it prints, often towards the end, and twice."""

from __future__ import annotations

_OFTEN, _SELDOM = 0.015, 0.5  # seconds between two questions
_TWICE = 0.05  # … before what a printer says is believed
_EXPECTED_TWICE = 0.02  # … when it is what is expected by now

_EARLY = 0.25  # seconds in which a printer may still be taking a label in
_SHARE = 0.8  # of what the label before took


class Looks:
    """Learns from each label how long the next will take.

    What is said twice is believed, because between taking a format from the buffer and counting its labels there may
    be a moment in which both are zero. That moment is at the beginning of a label: at its expected end the second
    question may follow sooner.
    """

    def __init__(self) -> None:
        self._usual = 0.0

    def pause(self, gone: float) -> float:
        """Seconds until the next question about a label that was sent `gone` seconds ago and is not out yet."""
        left = self._usual - gone
        return min(max(left / 2, _OFTEN), _SELDOM) if left > 0 else min(max(-left / 8, _OFTEN), _TWICE)

    def before_believing(self, gone: float, *, out: bool) -> float:
        """Seconds until the second question, after a first answer that settles it: the label is `out`, or stopped."""
        return _EXPECTED_TWICE if out and gone > max(_EARLY, _SHARE * self._usual) else _TWICE

    def took(self, seconds: float) -> None:
        """So long it was until a label was out."""
        self._usual = seconds
