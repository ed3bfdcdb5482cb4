"""The mark of a reprint, and the table of a print job's life."""
from __future__ import annotations

import pytest
from print_table import SLIP, WAYBILL

import printers
from wms.core.error import WmsError
from wms.printing.lifecycle import JOB
from wms.printing.rules import marked, usual_media


def test_reprint_is_marked_on_every_document():
    assert marked("waybill", WAYBILL, 2)["reprint"] == 2
    assert marked("packing_slip", SLIP, 1)["footer"] == "补打 1"
    assert marked("packing_slip", {**SLIP, "footer": "Thanks", "locale": "en"}, 3)["footer"] == "REPRINT 3\nThanks"
    for document, data in (("waybill", WAYBILL), ("packing_slip", SLIP)):
        plain, again = (
            printers.render(document, each, media=usual_media(document), dpi=203).png()
            for each in (data, marked(document, data, 1))
        )
        assert plain != again


@pytest.mark.parametrize("action", ["block", "lease", "send", "route", "render", "cancel"])
def test_a_label_in_doubt_is_never_sent_again_by_any_move(action):
    with pytest.raises(WmsError, match="illegal_move"):
        JOB.after(action, "uncertain")


def test_only_evidence_leaves_the_doubt():
    leaving = {action for action, (sources, _) in JOB.moves.items() if "uncertain" in sources}
    assert leaving == {"confirm", "fail"}
