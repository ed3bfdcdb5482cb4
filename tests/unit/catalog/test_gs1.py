"""What the digits of a label say, down to labels that lack what they should have."""
from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.catalog.gs1 import GS, Label, Unreadable, is_gtin, is_sscc, parse, spellings

ITEM, CASE, PALLET = "06901234567892", "16901234567899", "069012345000000011"
HEAD = "01" + ITEM


def test_one_scan_gives_item_lot_dates_and_serial():
    label = parse(f"]C1{HEAD}1726123111260105" + "10AB-7" + GS + "21S0001")
    assert label == Label(
        gtin=ITEM, lot="AB-7", serial="S0001", expires_on=date(2026, 12, 31), produced_on=date(2026, 1, 5)
    )


@pytest.mark.parametrize(
    "code",
    [
        f"{HEAD}1726123110LOT",
        f"]C1{HEAD}1726123110LOT",
        f"]d2{HEAD}1726123110LOT",
        f"]Q3{GS}{HEAD}1726123110LOT{GS}",  # separators at the ends, as some printers write them
        f"{HEAD}10LOT{GS}17261231",
        f"10LOT{GS}17261231{GS}{HEAD}",  # whatever order they stand in
        f"(01){ITEM}(17)261231(10)LOT",
        f"(01) {ITEM} (17) 261231 (10) LOT",
    ],
)
def test_every_form_of_a_label_says_the_same(code):
    assert parse(code) == Label(gtin=ITEM, lot="LOT", expires_on=date(2026, 12, 31))


def test_day_nought_is_the_last_of_the_month():
    assert parse(f"{HEAD}17260200").expires_on == date(2026, 2, 28)


@pytest.mark.parametrize("dates", ["15260101" + "17270101", "17270101" + "15260101"])
def test_expiry_counts_more_than_best_before(dates):
    assert parse(HEAD + dates).expires_on == date(2027, 1, 1)
    assert parse(HEAD + "15260101").expires_on == date(2026, 1, 1)


def test_a_pallet_says_what_it_is_and_what_it_contains():
    assert parse("00" + PALLET) == Label(sscc=PALLET)
    assert parse(f"]C100{PALLET}02{CASE}3748{GS}10L1") == Label(sscc=PALLET, gtin=CASE, count=48, lot="L1")
    assert parse(f"(02){CASE}(37)48") == Label(gtin=CASE, count=48)


def test_counts_and_weights():
    assert parse(f"{HEAD}3012").count == 12
    assert parse(f"{HEAD}3103001250").weight_g == 1250
    assert parse(f"{HEAD}3100000003").weight_g == 3000


@pytest.mark.parametrize(
    "code",
    [
        "6901234567892", "S1", "", "A01-01L1", "(5) pieces", "01 02 03", "0101", "01" + "0" * 14, "００６９",
        "01" + ITEM[:-1] + "3",  # a wrong check digit, and nothing else that says it were a label
        "00" + PALLET[:-1] + "9", "http://a.example/01/" + ITEM,
    ],
)  # fmt: skip
def test_what_is_no_label_is_left_alone(code):
    assert parse(code) is None


@pytest.mark.parametrize(
    ("code", "at"),
    [
        (f"]C101{ITEM[:-1]}3", "01"),
        (f"(01){ITEM[:-1]}3", "01"),
        (f"(00){PALLET[:-1]}9", "00"),
        (f"{HEAD}17261332", "17"),
        (f"(01){ITEM}(17)260230", "17"),
        (f"(01){ITEM}(17)2602", "17"),
        (f"(01){ITEM}(99999)1", "(01)"),
        (f"(01){ITEM}(10)", "10"),
        (f"(01){ITEM}(10)123456789012345678901", "10"),
        (f"(01){ITEM}(10)A(10)B", "10"),
        (f"(01){ITEM}(02){CASE}(37)1", "02"),
        (f"{HEAD}300", "30"),
        (f"{HEAD}3099999999", "30"),
        (f"{HEAD}17261231ZZZ", "ZZ"),
        ("]C1hello", "he"),
        (f"]C101{ITEM[:6]}", "01"),
        (f"]C1{HEAD}10批次", "0106"),
        (f"10A{GS}{HEAD}10B", "10"),
    ],
)
def test_a_label_that_breaks_the_standard_names_the_place(code, at):
    with pytest.raises(Unreadable) as fault:
        parse(code)
    assert fault.value.ai == at


# ---- a separator that is missing

@pytest.mark.parametrize(
    "tail",
    [
        "10ABC17261231",  # a date
        "10ABC17261231" + "21S1",  # a date and more
        "10ABC21S0001",  # a serial
        "10ABC3103001250",  # a weight
        "10ABC" + "02" + CASE + "3712",  # another item
        "10ABC" + "17261231" + "2412345678901234567890",  # longer than a lot may be
        "10123456789012345678901234",
        "21S000117261231" + "10ABC",  # the serial swallowed date and lot
        "21S000110ABC",
        "2409876" + "10ABC",  # a part number swallowed the lot
        "37" + "12" + "10LOT",  # the count ran on into the lot
    ],
)
def test_a_lot_that_may_be_hidden_is_not_known(tail):
    label = parse(HEAD + tail)
    assert (label.gtin, label.lot, label.lot_uncertain) == (ITEM, "", True)
    assert label.doubtful


def test_what_a_missing_separator_hides_is_never_half_known():
    label = parse(f"{HEAD}10ABC17261231")
    assert (label.expires_on, label.doubtful) == (None, {"10": "ABC17261231"})
    swallowed = parse(f"{HEAD}21S000117261231")
    assert (swallowed.serial, swallowed.serial_uncertain, swallowed.expires_on) == ("", True, None)


def test_what_was_read_before_the_gap_stays_known():
    label = parse(f"{HEAD}17261231" + "10ABC21S1")
    assert (label.expires_on, label.lot_uncertain) == (date(2026, 12, 31), True)


def test_a_count_that_a_content_must_have_is_missed():
    label = parse(f"02{CASE}10LOT3712")
    assert (label.lot, label.count, label.lot_uncertain) == ("", None, True)
    assert parse(f"02{CASE}3712{GS}10LOT3712").lot == "LOT3712"


@pytest.mark.parametrize(
    "tail",
    [
        f"10ABC21S1{GS}17261231",  # what follows the separator shows that this label has them
        "10ABC17261399",  # no such day
        "1017261231",  # it begins like a date, but then there would be no lot at all
        "10L-2026-07",
        "10ABC3712",  # a count belongs to a content only
    ],
)
def test_an_honest_lot_is_taken_as_it_is(tail):
    label = parse(HEAD + tail)
    assert label.lot
    assert not label.lot_uncertain


def test_brackets_say_where_a_lot_ends():
    assert parse(f"(01){ITEM}(10)ABC17261231").lot == "ABC17261231"


# ---- one number in several spellings

@pytest.mark.parametrize("code", ["6901234567892", ITEM, "]E06901234567892", f"{HEAD}10LOT", f"(01){ITEM}"])
def test_every_length_of_a_number_is_the_same_number(code):
    assert spellings(code)[0] == code
    assert {"6901234567892", ITEM} <= set(spellings(code))


def test_short_numbers_have_all_four_lengths():
    assert spellings("96385074") == ["96385074", "000096385074", "0000096385074", "00000096385074"]
    assert set(spellings("012345678905")) == {"012345678905", "0012345678905", "00012345678905"}


@pytest.mark.parametrize("code", ["", "S1", "6901", "6901234567893", "A" * 200, "]", "]C1", "]C1x", "()", "(01)"])
def test_other_codes_have_one_spelling_or_none_more_than_themselves_without_a_prefix(code):
    assert set(spellings(code)) <= {code, code[3:]}


@pytest.mark.parametrize("code", [PALLET, "00" + PALLET, f"]C100{PALLET}"])
def test_a_container_is_found_with_and_without_its_identifier(code):
    assert {PALLET, "00" + PALLET} <= set(spellings(code))


PIECES = ["01", "02", "00", "10", "21", "17", "37", "310", ITEM, CASE, PALLET, "261231", "LOT", GS, "(", ")", "]C1"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=200))
def test_whatever_comes_is_answered(text):
    assert spellings(text)[0] == text
    try:
        label = parse(text)
    except Unreadable:
        return
    assert label is None or not (label.lot and label.lot_uncertain)


@given(st.from_regex(r"[0-9]{13}|[0-9]{17}", fullmatch=True))
def test_one_wrong_digit_is_noticed(payload):
    fits = is_gtin if len(payload) == 13 else is_sscc
    right = [digit for digit in "0123456789" if fits(payload + digit)]
    assert len(right) == (1 if payload.strip("0") else 0)
