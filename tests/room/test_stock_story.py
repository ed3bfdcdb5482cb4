"""The story of a balance, as a person hears it and as a program reads it."""
from __future__ import annotations

import json

import picking_floor as floor
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from wms.catalog.models import Owner
from wms.cli import main
from wms.core.catalogue import LOCALES
from wms.core.transaction import transaction
from wms.layout.models import Bin
from wms.stock import service
from wms.stock.service import Goods
from wms.stock.story import story


@pytest.fixture
def house(app):
    """50 of S1 in A1-1: 2 picked for O1, 3 held for O2, 4 promised to O3."""
    house = floor.build()
    floor.order(house, "O1", {"S1": 2})
    floor.order(house, "O2", {"S1": 3})
    floor.wave(house)
    ann = floor.person(house, "Ann")
    task = floor.start(ann)
    line = next(line for line in task["lines"] if line["qty"] == 2)
    floor.do(ann, "pick.confirm", **floor.scans(task, line))
    floor.order(house, "O3", {"S1": 4})
    return house


def told(house, **asked):
    with transaction():
        found = story(house.id, house.skus["S1"], **asked)
        for locale in LOCALES:
            assert not any("{" in line for line in found.lines(locale)), found.lines(locale)
        json.dumps(found.to_dict())
        return found, "\n".join(found.lines())


def test_a_bin_is_told_move_by_move(house):
    found, words = told(house, bin_id=house.bins["A1-1"])
    assert [(step.change, step.running) for step in found.steps] == [(50, 50), (-2, 48)]
    assert (found.opening, found.on_hand, found.held, found.promised, found.available) == (0, 48, 3, 7, 41)
    assert "-2 → 48: move #7 (picked 2: A1-1 → STAGE; order O1, wave 1; command pick.confirm" in words
    assert "Ann" in words
    assert "held in A1-1: 3 for order O2" in words
    assert "promised: 4 to order O3" in words
    assert "41 may still be promised" in words


def test_the_house_counts_only_what_crosses_its_border_and_says_what_keeps_pieces_back(house):
    found, words = told(house)
    assert [(step.change, step.running) for step in found.steps] == [(50, 50), (0, 50)]
    assert "2 in STAGE cannot be promised: they are on carts" in words
    assert "3 of 48 in A1-1 are held" in words


def test_older_moves_are_summed_up(house):
    found, _ = told(house, bin_id=house.bins["A1-1"], shown=1)
    assert (found.opening, [step.running for step in found.steps]) == (50, [48])


def test_each_thing_that_keeps_pieces_back_is_named(house):
    sku, bins = house.skus["S1"], house.bins
    with transaction() as session:
        acme = Owner(code="ACME", name="Acme")
        session.add(acme)
        session.flush()
        goods = [
            Goods(sku, bins["A1-2"], 1, condition="damaged"), Goods(sku, bins["A1-3"], 2, lot="OLD"),
            Goods(sku, bins["A1-4"], 3), Goods(sku, bins["A1-5"], 4, container_id=house.totes["T9"]),
            Goods(sku, bins["A1-6"], 5, owner_id=acme.id), Goods(sku, bins["RECEIVE"], 6),
        ]  # fmt: skip
        service.receive(house.id, goods, reference="ASN2", actor_id=None)
        session.get(Bin, bins["A1-4"]).blocked_reason = "broken shelf"
        session.execute(text("UPDATE stock_lot SET expires_on = date '2020-01-31' WHERE code = 'OLD'"))
    _, words = told(house)
    for line in (
        "1 in A1-2 cannot be promised: they are damaged.", "2 in A1-3 are of lot OLD, which expired on 2020-01-31.",
        "3 in A1-4 cannot be picked: the bin is blocked (broken shelf).", "4 in A1-5 are in container T9",
        "5 in A1-6 belong to ACME", "6 in RECEIVE cannot be promised: they wait at the dock",
    ):  # fmt: skip
        assert line in words, words
    assert told(house, lot="OLD")[0].on_hand == 2


def test_a_story_that_does_not_add_up_says_so(house):
    with transaction() as session:
        session.execute(text("UPDATE stock_balance SET on_hand = 40 WHERE bin_id = :b"), {"b": house.bins["A1-1"]})
    _, words = told(house, bin_id=house.bins["A1-1"])
    assert "The moves make 48 pieces, the balance says 40: run `wms check`." in words


def test_the_command_tells_it_in_words_and_as_json(house, config, monkeypatch):
    monkeypatch.setenv("WMS_DATABASE_URL", config.database_url)
    monkeypatch.setenv("WMS_DATA", str(config.data))

    def wms(*arguments):
        return CliRunner().invoke(main, ["explain", "stock", *arguments])

    words = wms("S1", "--bin", "A1-1", "--language", "zh_Hant")
    assert words.exit_code == 0, words.output
    assert "儲位 A1-1 的 S1 Thing 1" in words.output
    machine = json.loads(wms("S1", "--json").output)
    assert (machine["available"], machine["closing"], len(machine["steps"])) == (41, 50, 2)
    assert wms("NOTHING").exit_code == 2
    assert wms("S1", "--bin", "NOWHERE").exit_code == 2
