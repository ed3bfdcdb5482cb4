"""What a scan is answered with, decided without a database; every refusal has words in every language."""
from __future__ import annotations

from dataclasses import replace

import pytest

from wms.core.catalogue import LOCALES, messages
from wms.core.error import WmsError
from wms.core.resolve import Found
from wms.picking import rules
from wms.picking.rules import LineFacts, TaskFacts

TASK = TaskFacts(id=7, status="picking", person_id=1, person="Anna", cart="C1", totes_missing=0)
LINE = LineFacts(
    id=3, status="open", qty=5, picked=2, slot=4, bin_id=11, bin="A1", sku_id=21, sku="S1", sku_name="Cup", tote_id=31,
    tote="T4", short_reason=None,
)  # fmt: skip
BIN, OTHER_BIN = Found("bin", 11, "A1", "A1"), Found("bin", 12, "A2", "A2")
CUP, MUG = Found("sku", 21, "S1", "Cup"), Found("sku", 22, "S2", "Mug")
TOTE, OTHER_TOTE, CART = Found("tote", 31, "T4", "T4"), Found("tote", 32, "T5", "T5"), Found("cart", 41, "C1", "C1")
PERSON = Found("person", 51, "B1", "Anna")


def refusal(check, *args):
    with pytest.raises(WmsError) as raised:
        check(*args)
    for locale in LOCALES:
        assert "{" not in raised.value.text(locale)
    return raised.value


@pytest.mark.parametrize(
    ("check", "right", "cases"),
    [
        (
            rules.check_bin,
            [BIN],
            [([OTHER_BIN], "wrong_bin"), ([TOTE], "not_a_bin.tote"), ([], "not_a_bin.unknown")],
        ),
        (
            rules.check_item,
            [CUP],
            [([MUG], "wrong_item"), ([BIN], "not_an_item.bin"), ([], "not_an_item.unknown")],
        ),
        (
            rules.check_tote,
            [TOTE],
            [([OTHER_TOTE], "wrong_tote"), ([CART], "not_a_tote.cart"), ([PERSON], "not_a_tote.other")],
        ),
    ],
)
def test_each_wrong_scan_has_its_own_words(check, right, cases):
    check(LINE, "x", right)
    check(LINE, "x", [PERSON, *right])
    assert [refusal(check, LINE, "x", found).code for found, _ in cases] == [f"picking.{code}" for _, code in cases]


def test_a_code_of_two_things_is_the_one_that_is_wanted():
    rules.check_item(LINE, "x", [MUG, CUP])
    assert rules.one_of("sku", "x", [BIN, MUG]) == MUG


def test_a_wrong_place_is_named_with_the_right_one():
    assert refusal(rules.check_bin, LINE, "A2", [OTHER_BIN]).text("en") == "This is bin A2. Go to bin A1."
    assert refusal(rules.check_tote, LINE, "T5", [OTHER_TOTE]).params == {"scanned": "T5", "wanted": "T4", "slot": 4}
    assert refusal(rules.check_item, LINE, "9", [MUG]).text("zh_Hans") == "这是 S2 Mug，请拿 S1 Cup。"


def test_a_slot_without_a_tote_sends_the_picker_back_to_the_totes():
    error = refusal(rules.check_tote, replace(LINE, tote=None, tote_id=None), "T4", [TOTE])
    assert (error.code, error.next) == ("picking.tote_first", "pick_totes")


@pytest.mark.parametrize(
    ("qty", "code"), [(1, None), (3, None), (4, "too_many"), (0, "no_quantity"), (-1, "no_quantity")]
)
def test_no_more_than_what_is_left_is_taken(qty, code):
    if code is None:
        rules.check_quantity(LINE, qty)
    else:
        assert refusal(rules.check_quantity, LINE, qty).code == f"picking.{code}"


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (TASK, None),
        (replace(TASK, status="assigned"), "scan_cart_first"),
        (replace(TASK, person_id=2), "others_task"),
        (replace(TASK, status="open", person_id=None), "not_yours_any_more"),
        (replace(TASK, status="picked"), "task_over"),
        (replace(TASK, status="cancelled", person_id=None), "task_over"),
    ],
)
def test_only_whose_task_it_is_works_it(task, code):
    if code is None:
        rules.check_working(task, 1)
    else:
        assert refusal(rules.check_working, task, 1).code == f"picking.{code}"


@pytest.mark.parametrize(
    ("status", "code"), [("picked", "already_done"), ("short", "line_gone"), ("withdrawn", "line_gone")]
)
def test_a_closed_line_is_not_picked(status, code):
    rules.check_open(LINE)
    assert refusal(rules.check_open, replace(LINE, status=status)).code == f"picking.{code}"


@pytest.mark.parametrize(
    ("status", "missing", "screen"),
    [("assigned", 3, "pick_start"), ("picking", 1, "pick_totes"), ("picking", 0, "pick_line")],
)
def test_a_task_is_worked_on_one_screen(status, missing, screen):
    assert rules.screen_of(replace(TASK, status=status, totes_missing=missing)) == screen


def test_there_are_words_for_every_kind_of_wrong_scan():
    for expected, own in (("bin", "not_a_bin"), ("cart", "not_a_cart"), ("sku", "not_an_item"), ("tote", "not_a_tote")):
        kinds = {*rules.KINDS, "other", "unknown"} - {expected}
        assert {code.split(".")[2] for code in messages() if code.startswith(f"picking.{own}.")} == kinds
