"""What became of a label: proof, a printer that never says, one that still holds it, or a doubt."""

from __future__ import annotations

import pytest

from printers.fate import fate, fate_of_held
from printers.status import NO_ANSWER, PrinterStatus
from printers.transport import Sent


@pytest.mark.parametrize(
    ("confirmation", "status", "became"),
    [
        ("buffer_drained", PrinterStatus("ready", (), 0), "printed"),
        ("device_ack", None, "printed"),
        ("none", None, "sent"),
        ("none", PrinterStatus("ready"), "sent"),  # a receipt printer cannot say more
        ("none", PrinterStatus("blocked", ("paper_out",)), "doubt"),  # nor whether the end of the slip is out
        ("none", PrinterStatus("blocked", ("paper_out",), 1), "held"),
        ("none", PrinterStatus("ready", (), 3), "held"),  # slow
        ("none", NO_ANSWER, "doubt"),
        ("none", PrinterStatus("blocked", ("memory_lost",), 0), "doubt"),
    ],
)
def test_fate_of_a_label_just_sent(confirmation, status, became):
    assert fate(Sent(10, confirmation, status)) == became


@pytest.mark.parametrize(
    ("status", "became"),
    [
        (PrinterStatus("blocked", ("paper_out",), 1), "held"),
        (PrinterStatus("ready", (), 1), "held"),
        (PrinterStatus("ready", (), 0), "printed"),
        (PrinterStatus("blocked", ("paused",), 0), "held"),
        (PrinterStatus("blocked", ("offline",)), "doubt"),
        (PrinterStatus("blocked", ("memory_lost",), 0), "doubt"),
        (NO_ANSWER, "doubt"),
    ],
)
def test_fate_of_a_label_that_was_held(status, became):
    assert fate_of_held(status) == became
