"""Boxes that are packed before they are ordered: sealed, kept whole, and served by one scan."""
from __future__ import annotations

import uuid

import packing_floor as tables
import picking_floor as floor
import pytest
import wall_floor as wall
from packing_floor import refused
from picking_floor import do
from test_locks import meet
from wall_floor import lies, processing

from wms.insight import service

KIT = [{"sku": "S1", "qty": 1}, {"sku": "S2", "qty": 2}]
ORDER = {"S1": 1, "S2": 2}
HELD = "SELECT sum(held) FROM stock_balance"


@pytest.fixture
def house(app):
    made = wall.build(slots=0, skus=4, per_bin=20)
    with floor.transaction():  # S2 lies beside S1
        goods = [floor.stock.Goods(made.skus["S2"], made.bins["A1-1"], 20)]
        floor.stock.receive(made.id, goods, reference="ASN", actor_id=None)
    return made


@pytest.fixture
def pat(house):
    return tables.packer(house)


def seal(packer, boxes, content=KIT):
    return do(packer, "ahead.seal", bin="A1-1", content=content, boxes=boxes)["data"]["made"]


def orders(house, count, lines=ORDER, first=1):
    for n in range(first, first + count):
        floor.order(house, f"O{n}", lines, hours=24 + n)


def card(house):
    service._kept(house.id).data = None  # counted anew
    return do(house.boss, "board.snapshot")["data"]["waves"][0]


def why(house, number):
    told = do(house.boss, "wave.why_not", number=number)["data"]["items"][0]
    return told["code"], told["figures"]


def test_a_box_is_sealed_out_of_a_bin_and_its_goods_stay_in_the_books(house, pat):
    levels = floor.value("SELECT sum(on_hand) FROM stock_level")
    assert do(pat, "ahead.piece", code="6900001")["data"]["piece"]["code"] == "S1"
    codes = seal(pat, 3)
    assert (len(codes), [lies(code) for code in codes], floor.value(HELD)) == (3, [3, 3, 3], 9)
    assert floor.value("SELECT sum(on_hand) FROM stock_level") == levels  # and may be promised as before
    assert floor.value("SELECT count(*) FROM print_job WHERE document = 'lpn_label'") == 3
    (there,) = do(pat, "pack.state")["data"]["ahead"]
    assert (there["boxes"], there["orders"], there["bins"]) == (3, 0, ["A1-1"])
    assert [(each["code"], each["qty"]) for each in there["items"]] == [("S1", 1), ("S2", 2)]
    floor.proved()


def test_orders_with_that_content_are_served_by_scanning_a_box(house, pat):
    codes = seal(pat, 3)
    orders(house, 2)
    floor.order(house, "OTHER", {"S1": 2})
    asked = {"max_orders": 9, "totes_per_cart": 9, "method": "prepack"}
    seen = do(house.boss, "wave.preview", **asked)["data"]
    assert (seen["orders"], seen["left_out"]) == (2, [{"reason": "no_box", "count": 1}])
    released = wall.release(house, "prepack")
    assert (released["status"], released["orders"]) == ("released", 2)
    anna = floor.person(house, "Anna")
    assert do(anna, "pick.ready")["next"] == "pick_wait"  # nobody walks for it
    assert card(house)["lines"] == {"total": 4, "done": 0, "short": 0, "left": 4}
    assert (card(house)["eta"], card(house)["risk"], card(house)["tasks"]) == (None, "unknown", {})
    assert why(house, "O2") == ("waits_for_box", {"wave": 1, "boxes": 3, "orders": 2, "missing": 0})
    assert do(pat, "pack.state")["data"]["ahead"][0]["orders"] == 2
    body = {"code": codes[1], "command_id": str(uuid.uuid4())}
    first = do(pat, "pack.open", **body)
    assert (first["next"], first["data"]["packed"]["order"]) == ("pack_home", "O1")
    assert (processing("O1"), processing("O2"), lies(codes[1])) == ("packed", "waved", 0)
    assert (card(house)["lines"]["left"], card(house)["units"]) == (2, {"total": 6, "picked": 3})
    assert card(house)["eta"] > card(house)["released_at"]  # at the pace of the box that was just scanned
    before = tables.everything()
    assert do(pat, "pack.open", **body)["replayed"]
    assert tables.everything() == before
    assert refused(pat, "pack.open", code=codes[1]) == "stock.box_not_sealed"
    assert do(pat, "pack.open", code=codes[0])["data"]["packed"]["order"] == "O2"
    assert floor.value("SELECT status FROM wave") == "done"
    assert refused(pat, "pack.open", code=codes[2]) == "picking.box_for_nobody"
    assert floor.value("SELECT array_agg(verified ORDER BY parcel_id, order_line_id) FROM parcel_line") == [1, 2, 1, 2]
    assert floor.value("SELECT count(*) FROM waybill WHERE status = 'issued'") == 2
    assert floor.value(HELD) == 3  # the box that is left
    floor.proved()


def test_an_order_that_is_stopped_while_a_box_is_scanned_leaves_the_box_to_the_next(app, house, pat):
    codes = seal(pat, 3)
    orders(house, 2)
    wall.release(house, "prepack")
    _, scanned = meet(
        app, "SELECT id FROM sales_order WHERE number = 'O1' FOR UPDATE",
        lambda: do(house.boss, "order.intercept", order_id=house.orders["O1"], want="hold", why="called"),
        lambda: do(pat, "pack.open", code=codes[0]),
    )
    assert scanned["data"]["packed"]["order"] == "O2"
    assert (processing("O1"), processing("O2")) == ("waiting", "packed")
    floor.proved()


def test_no_other_order_takes_from_a_sealed_box_until_it_is_opened(house, pat):
    (code,) = seal(pat, 1, [{"sku": "S1", "qty": 20}])
    floor.order(house, "O1", {"S1": 1})
    built = do(house.boss, "wave.build", max_orders=9, totes_per_cart=9)["data"]["wave"]
    assert floor.refused(house.boss, "wave.release", wave_id=built["id"]) == "waves.nothing_to_release"
    assert do(pat, "ahead.open", code=code)["message"]["code"] == "packing.box_opened"
    assert do(house.boss, "wave.release", wave_id=built["id"])["data"]["wave"]["status"] == "released"
    assert refused(pat, "ahead.open", code=code) == "stock.box_not_sealed"
    assert refused(pat, "ahead.open", code="A1-1") == "packing.not_a_box"
    floor.proved()


def test_a_wave_takes_no_more_orders_than_there_are_boxes(house, pat):
    seal(pat, 3)
    orders(house, 5)
    asked = {"max_orders": 2, "totes_per_cart": 9, "method": "prepack"}
    assert do(house.boss, "wave.build", **asked)["data"]["wave"]["orders"] == 2
    seen = do(house.boss, "wave.preview", **{**asked, "max_orders": 9})["data"]
    assert (seen["orders"], seen["left_out"]) == (1, [{"reason": "no_box", "count": 2}])


def test_an_order_for_which_there_is_no_box_any_more_says_how_many_are_missing(house, pat):
    codes = seal(pat, 2)
    orders(house, 2)
    wall.release(house, "prepack")
    do(pat, "ahead.open", code=codes[0])
    assert why(house, "O1") == ("boxes_short", {"wave": 1, "boxes": 1, "orders": 2, "missing": 1})
    told = do(house.boss, "wave.why_not", number="O1")["data"]["items"][0]["text"]
    assert told.endswith("1 with its content for 2 orders, 1 missing.")


def test_orders_that_leave_their_wave_let_it_end(house, pat):
    codes = seal(pat, 3)
    orders(house, 3)
    wave = wall.release(house, "prepack")
    do(house.boss, "order.intercept", order_id=house.orders["O1"], want="hold", why="called")
    assert do(pat, "pack.open", code=codes[0])["data"]["packed"]["order"] == "O2"
    do(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["O3"]])
    assert floor.value("SELECT status FROM wave") == "done"
    assert (processing("O1"), processing("O3")) == ("waiting", "waiting")
    again = wall.release(house, "prepack")
    assert again["orders"] == 1
    do(house.boss, "wave.cancel", wave_id=again["id"])
    assert floor.value("SELECT array_agg(status ORDER BY id) FROM wave") == ["done", "cancelled"]
    assert floor.value("SELECT count(*) FROM pick_task WHERE status = 'picking'") == 0
    floor.proved()


def test_a_wave_ends_when_its_last_two_orders_end_in_the_same_moment(app, house, pat):
    """One is served, and its parcel is not written yet, while the other is pulled: neither may rely on the other."""
    (code,) = seal(pat, 1)
    orders(house, 1)
    seal(pat, 1, [{"sku": "S1", "qty": 1}])
    floor.order(house, "ALONE", {"S1": 1})
    wave = wall.release(house, "prepack")
    assert wave["orders"] == 2
    meet(
        app, "LOCK TABLE waybill IN EXCLUSIVE MODE",
        lambda: do(pat, "pack.open", code=code),
        lambda: do(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["ALONE"]]),
    )
    assert (processing("O1"), processing("ALONE")) == ("packed", "waiting")
    assert floor.value("SELECT status FROM wave") == "done"
    floor.proved()


def test_two_tables_serve_two_orders(app, house, pat):
    codes = seal(pat, 2)
    orders(house, 2)
    wall.release(house, "prepack")
    pam = tables.packer(house, "Pam", "PACK-2")
    both = zip((pat, pam), codes, strict=True)
    done = floor.at_once(app, *(lambda who=who, code=code: do(who, "pack.open", code=code) for who, code in both))
    assert sorted(each["data"]["packed"]["order"] for each in done) == ["O1", "O2"]
    floor.proved()


def test_what_cannot_be_packed_ahead_is_refused(house, pat):
    def refusal(**changed):
        return refused(pat, "ahead.seal", **{"bin": "A1-1", "content": KIT, "boxes": 1, **changed})

    assert refusal(bin="nowhere") == "packing.not_a_bin"
    assert refusal(boxes=11) == "stock.too_few_to_box"
    assert refusal(content=[{"sku": "A1-1", "qty": 1}]) == "packing.not_an_item"
    assert refusal(content=[{"sku": "nothing", "qty": 1}]) == "packing.unknown_barcode"
    with floor.transaction() as session:
        session.execute(floor.text("UPDATE sku SET serial_tracking = 'ship' WHERE code = 'S1'"))
    assert refusal() == "stock.box_tracked"
