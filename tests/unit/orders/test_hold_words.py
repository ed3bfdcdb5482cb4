"""Why an order is held is said in the reader's language, down to the names of what is missing."""
from __future__ import annotations

import pytest

from wms.orders.service import hold_text


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "telephone, street and number"), ("zh_Hans", "电话, 详细地址"), ("zh_Hant", "電話, 詳細地址")],
)
def test_what_an_address_lacks(locale, words):
    assert words in str(hold_text("address_incomplete", {"missing": "phone, address"}, locale))


def test_a_pickers_own_words_are_nobodys_text():
    assert hold_text("the shelf has fallen down", None, "en") is None
