"""Carriers through karrio: what is not installed says so; its own numbering works where it is."""
from __future__ import annotations

from importlib.util import find_spec

import pytest

from wms.shipping.carriers import Account, CarrierRefusedError, CarrierSilentError, Party, Request, forms, plugin

HOUSE = Party("Warehouse", "+33 1", "1 rue A", "", "Paris", "", "FR", "75001")
TO = Party("Ann", "+33 2", "2 rue B", "", "Lyon", "", "France", "69001")
INSTALLED = find_spec("karrio") is not None


def request(**settings):
    account = Account(1, "post", {"country": "FR", **settings}, {"account_number": "1"})
    return Request("K1", 1, "post", "P1", "O1", 1200, TO, HOUSE, account=account)


def test_it_is_offered_and_a_lost_answer_is_never_asked_for_twice():
    assert "karrio" in [form["name"] for form in forms()]
    assert plugin("karrio").query(request()) is None  # its own numbers are issued nowhere else
    with pytest.raises(CarrierSilentError):
        plugin("karrio").query(request(provider="dhl_express"))


def test_numbers_of_its_own_or_that_it_is_not_installed():
    if not INSTALLED:
        with pytest.raises(CarrierRefusedError, match=r"pip install 'wms\[karrio\]'") as refused:
            plugin("karrio").issue(request())
        assert refused.value.why == "account"
        return
    issued = plugin("karrio").issue(request())
    assert issued.number.isdigit()
    assert issued.reply["label"]
    plugin("karrio").void(request(), issued.number)
    with pytest.raises(CarrierRefusedError, match="karrio") as refused:
        plugin("karrio").issue(request(provider="nobody"))
    assert refused.value.why == "account"
