"""Every way in which stock can be wrong, made on purpose: it is found, and explained by move, command and person."""
from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from decimal import Decimal

import picking_floor as floor
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from wms.core.catalogue import LOCALES
from wms.core.clock import fixed
from wms.core.transaction import transaction
from wms.layout.models import Bin, Warehouse
from wms.layout.rules import SPECIAL_BINS
from wms.stock import check, explain, laws, service

MORNING = datetime(2026, 11, 25, 10, 31, tzinfo=UTC)


@pytest.fixture
def house(app):
    """Li Wei has picked 2 of S1 from A1-1 by a command at 10:31; 48 are left there."""
    house = floor.build()
    floor.order(house, "O1", {"S1": 2})
    floor.order(house, "O2", {"S2": 3})
    floor.wave(house)
    wei = floor.person(house, "Li Wei")
    with fixed(MORNING):
        task = floor.start(wei)
        line = next(line for line in task["lines"] if line["sku"]["code"] == "S1")
        floor.do(wei, "pick.confirm", **floor.scans(task, line))
    house.skus["picked by"] = wei.person_id
    floor.proved()
    return house


def do(sql, **values):
    with transaction() as session:
        return session.execute(text(sql), values)


def found(law, count=1):
    """The differences of this law, each told in all languages without a gap."""
    with transaction():
        report = check.run()
    assert not report.ok
    mine = [each for each in report.differences if each.law == law]
    assert len(mine) == count, report.lines()
    for locale in LOCALES:
        assert not any("{" in line for each in mine for line in each.lines(locale))
    json.dumps(report.to_dict("zh_Hans"))
    return mine


def why(law):
    """The codes and the English of the one difference of this law."""
    (only,) = found(law)
    codes = [each.code.removeprefix("stock.check.") for each in only.why]
    return codes, " ".join(each.text("en") for each in only.why)


def value(sql, **values):
    return floor.value(sql, **values)


def test_a_move_that_did_not_lower_its_balance(house):
    command = value("SELECT id FROM command WHERE name = 'pick.confirm'")
    do("UPDATE stock_balance SET on_hand = on_hand + 2 WHERE bin_id = :bin", bin=house.bins["A1-1"])
    codes, told = why("moves_make_balances")
    assert codes == ["balance", "why.not_lowered", "do.count"]
    assert "Bin A1-1 holds 50 of SKU S1 by its balance, 48 by its moves." in told
    assert "Li Wei; 2026-11-25 10:31" in told
    assert f"command pick.confirm {command}" in told
    assert "picked 2: A1-1 → STAGE" in told
    assert "its quantity, 2, is the difference: the balance was not lowered" in told


def test_a_move_that_did_not_raise_its_balance(house):
    do("UPDATE stock_balance SET on_hand = 0 WHERE bin_id = :bin", bin=house.bins["STAGE"])
    codes, told = why("moves_make_balances")
    assert codes[1] == "why.not_raised"
    assert "S1 [T1]" in told


def test_a_balance_that_stopped_following(house):
    for _ in range(3):
        with transaction():
            service.receive(
                house.id, [service.Goods(house.skus["S3"], house.bins["A1-3"], 4)], reference="ASN2", actor_id=None
            )
    do("UPDATE stock_balance SET on_hand = 50 WHERE bin_id = :bin", bin=house.bins["A1-3"])
    codes, told = why("moves_make_balances")
    assert codes[1] == "why.stopped"
    assert "neither that move nor the 2 after it" in told


def test_a_balance_changed_by_hand(house):
    do("UPDATE stock_balance SET on_hand = 31 WHERE bin_id = :bin", bin=house.bins["A1-3"])
    codes, told = why("moves_make_balances")
    assert codes[1] == "why.outside"
    assert "receive" in told or "received" in told


def test_a_balance_that_never_had_a_move(house):
    do(
        "INSERT INTO stock_balance (warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand,"
        " held) VALUES (:w, :b, :s, '', 0, 1, 'damaged', 5, 0)", w=house.id, b=house.bins["A1-4"], s=house.skus["S1"],
    )  # fmt: skip
    codes, told = why("moves_make_balances")
    assert codes[1] == "why.no_moves"
    assert "S1 [damaged]" in told


_AGAIN = """
    INSERT INTO stock_move (warehouse_id, sku_id, lot, serial, owner_id, condition, qty, from_bin_id, to_bin_id,
                            from_container_id, to_container_id, reason, reference, actor_id, at, command_id)
    SELECT warehouse_id, sku_id, lot, serial, owner_id, condition, qty, from_bin_id, to_bin_id, from_container_id,
           to_container_id, reason, reference, actor_id, at, {} FROM stock_move WHERE reason = 'pick'
"""


def test_a_move_that_one_command_wrote_twice(house):
    do(_AGAIN.format("command_id"))
    for difference in found("moves_make_balances", count=2):  # it left too often, and arrived too often
        assert difference.why[1].code == "stock.check.why.duplicate"
        assert "2 times" in difference.why[1].text()


def test_a_move_without_the_command_that_it_names(house):
    do(_AGAIN.format("cast(:id AS uuid)"), id=str(uuid.uuid4()))
    do("UPDATE stock_move SET at = now() WHERE reason = 'pick'")
    assert {each.why[1].code for each in found("moves_make_balances", count=2)} == {"stock.check.why.unasked"}
    codes, told = why("moves_have_commands")
    assert codes == ["unasked", "why.last_move", "do.ask"]
    assert "of which nothing is kept" in told


def test_a_balance_that_changed_twice_for_one_move(house):
    do("UPDATE stock_balance SET on_hand = on_hand - 2 WHERE bin_id = :bin", bin=house.bins["A1-1"])
    assert why("moves_make_balances")[0][1] == "why.twice"


def test_a_command_that_moved_nothing(house):
    do(
        "INSERT INTO command (id, name, body_hash, reply, actor_id, at) "
        "SELECT gen_random_uuid(), name, body_hash, reply, actor_id, at + interval '1 hour' FROM command "
        "WHERE name = 'pick.confirm'"
    )
    codes, told = why("commands_have_moves")
    assert codes == ["idle", "why.command", "do.ask"]
    assert "answered at 2026-11-25 11:31:00 to Li Wei" in told


def test_held_pieces_without_a_hold(house):
    do("UPDATE stock_balance SET held = held + 1 WHERE bin_id = :bin", bin=house.bins["A1-1"])
    codes, told = why("holds_make_held")
    assert codes == ["held", "why.hold_ended", "do.holds"]
    assert "order O1" in told
    do("UPDATE stock_balance SET held = 0")
    do("UPDATE stock_balance SET held = 4 WHERE bin_id = :bin", bin=house.bins["A1-5"])
    assert {each.why[1].code for each in found("holds_make_held", count=2)} == {
        "stock.check.why.no_hold", "stock.check.why.hold_uncounted",
    }  # fmt: skip


def test_a_hold_without_held_pieces(house):
    do("UPDATE stock_balance SET held = 0 WHERE bin_id = :bin", bin=house.bins["A1-2"])
    codes, told = why("holds_make_held")
    assert codes[1] == "why.hold_uncounted"
    assert "order O2" in told
    do("UPDATE stock_balance SET held = 1 WHERE bin_id = :bin", bin=house.bins["A1-2"])
    assert why("holds_make_held")[0][1] == "why.hold_short"


def test_a_level_that_drifted(house):
    do("UPDATE stock_level SET on_hand = on_hand - 2 WHERE sku_id = :sku", sku=house.skus["S1"])
    codes, told = why("balances_make_levels")
    assert codes[1] == "why.level_drift"
    assert "Li Wei" in told
    do("UPDATE stock_level SET on_hand = on_hand + 9 WHERE sku_id = :sku", sku=house.skus["S1"])
    assert why("balances_make_levels")[0][1] == "why.level_alone"


def test_a_level_that_is_right_while_a_balance_is_wrong(house):
    do("UPDATE stock_balance SET on_hand = 7 WHERE bin_id = :bin", bin=house.bins["A1-3"])
    assert why("balances_make_levels")[0][1] == "why.level_right"


def test_promises_that_drifted(house):
    do("UPDATE stock_level SET promised = promised - 3 WHERE sku_id = :sku", sku=house.skus["S2"])
    codes, told = why("promises_make_promised")
    assert codes[1] == "why.promise"
    assert "order O2" in told
    do("UPDATE stock_level SET promised = promised + 8 WHERE sku_id = :sku", sku=house.skus["S2"])
    assert why("promises_make_promised")[0][1] == "why.no_promise"


def test_holds_and_promises_that_ended_with_something_in_them(house):
    do("UPDATE stock_hold SET qty = 1 WHERE status = 'consumed'")
    do("UPDATE stock_promise SET qty = 2 WHERE status = 'kept'")
    assert {each.place for each in found("closed_rows_are_empty", count=2)} == {"A1-1", "*"}


def test_goods_held_for_a_transfer_that_nobody_knows(house):
    do(
        "INSERT INTO stock_hold (warehouse_id, balance_id, origin, reference, qty, status, at) "
        "SELECT warehouse_id, id, 'transfer', 'TR9', 1, 'open', now() FROM stock_balance WHERE bin_id = :bin",
        bin=house.bins["A1-3"],
    )
    assert "TR9" in why("holds_name_their_origin")[1]


def test_containers_that_are_not_there_or_in_themselves(house):
    do("UPDATE stock_balance SET container_id = 999999 WHERE bin_id = :bin", bin=house.bins["STAGE"])
    codes, told = why("containers_exist")
    assert codes[0] == "container"
    assert "#999999" in told
    for inner, outer in (("T5", "T6"), ("T6", "T7"), ("T7", "T5")):
        do("UPDATE container SET parent_id = :outer WHERE id = :inner",
           inner=house.totes[inner], outer=house.totes[outer])  # fmt: skip
    rings = found("containers_nest", count=3)
    assert {"T5 → T6 → T7 → T5" in each.why[0].text() for each in rings} == {True, False}


def test_serial_numbers_that_are_elsewhere(house):
    do("UPDATE stock_move SET serial = 'N1' WHERE reason = 'pick'")
    do(
        "INSERT INTO stock_serial (warehouse_id, sku_id, code, bin_id, container_id, lot, owner_id, condition, seen_at)"
        " VALUES (:w, :s, 'N1', :b, 0, '', 1, 'good', now())", w=house.id, s=house.skus["S1"], b=house.bins["A1-1"],
    )  # fmt: skip
    codes, told = why("serials_follow_moves")
    assert codes == ["serial", "why.last_move", "do.serial"]
    assert "kept as being in A1-1, but its last move took it to STAGE" in told
    do("UPDATE stock_serial SET bin_id = :b, container_id = :t", b=house.bins["STAGE"], t=house.totes["T1"])
    floor.proved()
    do("DELETE FROM stock_serial")
    found("serials_follow_moves")


def test_more_serial_numbers_than_pieces(house):
    do(
        "INSERT INTO stock_serial (warehouse_id, sku_id, code, bin_id, container_id, lot, owner_id, condition, seen_at)"
        " SELECT :w, :s, 'N' || n, :b, 0, '', 1, 'good', now() FROM generate_series(1, 60) AS n",
        w=house.id, s=house.skus["S3"], b=house.bins["A1-3"],
    )  # fmt: skip
    with transaction():
        assert "serials_are_pieces" not in {each.law for each in check.run().differences}, "asked for at receipt only"
    do("UPDATE sku SET serial_tracking = 'move' WHERE id = :s", s=house.skus["S3"])
    assert "60 serial numbers of SKU S3, but only 50 pieces" in why("serials_are_pieces")[1]
    with transaction():
        report = check.run()
    assert sum(each.law == "serials_follow_moves" for each in report.differences) == 60


def test_a_lot_that_nobody_knows(house):
    do("UPDATE stock_balance SET lot = 'L9' WHERE bin_id = :bin", bin=house.bins["A1-3"])
    assert "S3 [L9]" in why("lots_exist")[1]


def test_costs_that_are_not_of_what_is_there(house):
    do("UPDATE stock_cost SET qty = 48 WHERE sku_id = :sku", sku=house.skus["S1"])
    codes, told = why("balances_make_costs")
    assert codes[0] == "cost_pieces"
    assert "kept for 48 pieces, but the house has 50" in told
    do("UPDATE stock_cost SET qty = 50")
    goods = service.Goods(house.skus["S1"], house.bins["A1-1"], 30, unit_cost=Decimal("2.5"))
    with transaction():
        service.receive(house.id, [goods], reference="ASN2", actor_id=None)
    floor.proved()
    do("UPDATE stock_cost SET value = 130 WHERE sku_id = :sku", sku=house.skus["S1"])
    assert "kept at a value of 130.0000, but by what came in and went out it is 75.0000" in why("moves_make_values")[1]
    do("DELETE FROM stock_cost WHERE sku_id = :sku", sku=house.skus["S1"])
    assert "kept for 0 pieces" in why("balances_make_costs")[1]


def test_a_transfer_whose_legs_do_not_match(house):
    with transaction() as session:
        there = Warehouse(code="V", name="V", aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
        session.add(there)
        session.flush()
        session.add_all(Bin(warehouse_id=there.id, code=code, kind=kind) for kind, code in SPECIAL_BINS.items())
        session.flush()
        goods = service.Goods(house.skus["S3"], house.bins["A1-3"], 4)
        sent = service.open_transfer(house.id, there.id, [goods], actor_id=None)
        service.ship_transfer(house.id, sent.id, actor_id=None)
        dock = service.special_bin(there.id, "receive")
        service.arrive_transfer(there.id, sent.id, [service.Goods(goods.sku_id, dock, 3)], actor_id=None)
        number = sent.number
    floor.proved()
    do("UPDATE stock_transfer_line SET received = 2")
    codes, told = why("moves_make_transfers")
    assert codes == ["transfer", "why.last_move", "do.ask"]
    assert f"says 2 pieces, its moves say 3 (→ {number})" in told
    do("UPDATE stock_transfer_line SET received = 3, shipped = 3")
    assert f"says 3 pieces, its moves say 4 ({number} →)" in why("moves_make_transfers")[1]


def test_too_many_differences_are_counted(house, monkeypatch):
    monkeypatch.setattr(check, "EXPLAINED", 2)
    do("UPDATE stock_balance SET on_hand = on_hand + 1 WHERE held = 0 AND on_hand = 50")
    with transaction():
        report = check.run()
    assert report.more["moves_make_balances"] > 0
    assert "more" in " ".join(report.lines())


def test_every_kind_of_breach_is_worded_and_has_a_cause():
    kinds = {law.kind for law in laws.LAWS}
    assert kinds <= set(explain._CAUSES)
    assert len({law.name for law in laws.LAWS}) == len(laws.LAWS)


def test_the_check_says_it_in_the_language_asked_for(house, config, monkeypatch):
    from wms.cli import main

    do("UPDATE stock_balance SET on_hand = on_hand + 2 WHERE bin_id = :bin", bin=house.bins["A1-1"])
    monkeypatch.setenv("WMS_DATABASE_URL", config.database_url)
    monkeypatch.setenv("WMS_DATA", str(config.data))
    told = CliRunner().invoke(main, ["check", "--language", "zh_Hans"])
    assert told.exit_code == 1
    assert "库位 A1-1 的商品 S1：结存为 50 件，按流水应为 48 件。" in told.output
    machine = json.loads(CliRunner().invoke(main, ["check", "--json"]).output)
    assert machine["differences"][0]["why"][1]["code"] == "stock.check.why.not_lowered"
