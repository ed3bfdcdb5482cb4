"""What servers write after `Retry-After`."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wms.core.retry_after import pause

AT = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7), ("1.5", 1.5), ("0", 0), ("1e9", 600), ("9" * 400, 600), ("Fri, 27 Nov 2026 03:01:00 GMT", 60),
        ("Fri, 27 Nov 2026 03:01:00 -0000", 60), ("Fri, 27 Nov 2026 02:00:00 GMT", 0),
        ("Sat, 28 Nov 2026 03:00:00 GMT", 600), (None, 2), ("", 2), ("soon", 2), ("-5", 2), ("nan", 2), ("inf", 2),
        ("٣", 2), ("3 s", 2),
    ],
)  # fmt: skip
def test_seconds_and_moments_are_read_and_nothing_else(said, seconds):
    assert pause(said, AT, usual=2, longest=600) == seconds
