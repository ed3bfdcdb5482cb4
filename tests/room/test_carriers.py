"""Numbers from carriers over a network: asked for at the release, once for each parcel, whatever happens between."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import packing_floor as tables
import picking_floor as floor
import pytest
from picking_floor import do, value
from print_table import add_printer
from sqlalchemy import text
from test_order_bulk import go, look, outcomes, told_of

from wms.core.clock import fixed, now
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.orders import service as orders
from wms.orders.models import Order
from wms.shipping import accounts, ahead, asking, fetcher, jobs, question
from wms.shipping.carriers.standins import SECRETS, Manners, StandIns

CHINA = {
    "recipient": "王小明", "phone": "13800000000", "province": "浙江省", "city": "杭州市", "district": "西湖区",
    "address": "文三路 1 号",
}  # fmt: skip


@pytest.fixture
def servers():
    with StandIns() as running:
        yield running


@pytest.fixture
def house(app, servers):
    built = floor.build()
    tables.packer(built, "Zoe")  # and with her the first packing table
    with transaction():
        accounts.change(
            "sf", name="顺丰", plugin_name="sf", settings={"url": f"{servers.url}/sf", "per_second": 1000},
            secrets=SECRETS,
        )  # fmt: skip
    return built


def account(servers, code, **more):
    with transaction():
        accounts.change(code, plugin_name=code, settings={"url": f"{servers.url}/{code}"}, secrets=SECRETS, **more)


def ask(after=0.0):
    """Put every question that is due `after` so many seconds, and settle it; how many there were."""
    count = 0
    while True:
        with fixed(now() + timedelta(seconds=after)), transaction():
            works = asking.claim(50)
        if not works:
            return count
        outcomes = [question.put(work) for work in works]
        with transaction():
            asking.settle(outcomes)
        count += len(works)


def released(house, *numbers, **facts):
    for number in numbers:
        floor.order(house, number, {"S1": 1}, carrier="sf", **{**CHINA, **facts})
    return floor.wave(house)


def rows(sql):
    with transaction() as session:
        return [tuple(row) for row in session.execute(text(sql))]


WAYBILLS = """
    SELECT c.code, w.status, w.number, w.refused FROM waybill w JOIN carrier c ON c.id = w.carrier_id ORDER BY w.id
"""


def test_the_number_is_there_before_the_tote_is_opened(servers, house):
    floor.order(house, "OWN", {"S2": 1}, **CHINA)
    released(house, "O1")
    assert rows("SELECT o.number, p.status, w.status FROM waybill w JOIN parcel p ON p.id = w.parcel_id "
                "JOIN sales_order o ON o.id = p.order_id") == [("O1", "planned", "asked")]  # fmt: skip
    assert ask() == 1
    (number,) = servers.books.numbers[("sf", value("SELECT request_key FROM waybill"))]
    assert value("SELECT count(*) FROM print_job") == 0  # its label is printed with its weight, as it is closed
    picker = floor.person(house, "Ann")
    floor.pick_all(picker, floor.start(picker))
    pat = tables.packer(house)
    tote = value("SELECT c.code FROM pick_tote t JOIN container c ON c.id = t.container_id "
                 "JOIN sales_order o ON o.id = t.order_id WHERE o.number = 'O1'")  # fmt: skip
    assert tables.opened(pat, tote)["waybill"] is None  # nothing that is printed lies with the goods
    parcel = tables.packed(pat, tote)
    assert parcel["waybill"] == number
    data = value("SELECT data FROM print_job WHERE document = 'waybill'")
    assert (data["waybill_number"], data["route_code"], data["sorting_code"]) == (number, "010W-CD-011", "008")
    assert value("SELECT count(*) FROM event WHERE name = 'parcel.waybill'") == 1


def test_a_part_goes_to_the_buyer_of_the_order_that_taobao_has(servers, house):
    """菜鸟 looks the masked buyer up by the platform's number, of which our number of a part is none."""
    servers.trades = {"O1"}
    with transaction() as session:
        session.execute(text("UPDATE warehouse SET address = '杭州市余杭区 1 号', phone = '0571'"))
        settings = {"url": f"{servers.url}/cainiao", "cp_code": "ZTO"}
        accounts.change("cainiao", plugin_name="cainiao", settings=settings, secrets=SECRETS)
    masked = {**CHINA, "recipient": "王**", "phone": "138****0000", "address": "文三路***", "address_id": "OAID-1"}
    whole = floor.order(house, "O1", {"S1": 1, "S2": 1}, carrier="cainiao", **masked)
    ((line,),) = rows(f"SELECT max(id) FROM order_line WHERE order_id = {whole}")
    with transaction():
        orders.split(house.id, whole, [{line: 1}], by=None)
    floor.wave(house)
    ask()
    assert [row[1] for row in rows(WAYBILLS)] == ["issued", "issued"]
    keys = dict(rows("SELECT w.request_key, o.number FROM waybill w JOIN parcel p ON p.id = w.parcel_id "
                     "JOIN sales_order o ON o.id = p.order_id"))  # fmt: skip
    assert {keys[key]: oaid for key, oaid in servers.books.oaids.items()} == {"O1": "OAID-1", "O1-1": "OAID-1"}


def test_packing_waits_for_no_carrier(servers, house):
    """The carrier is away: the parcel is closed without its number, and the label comes to its table with it."""
    servers.manners = Manners(throttled=1)
    tote = tables.picked(house, {"O1": {"S1": 1}}, carrier="sf", **CHINA)["O1"]
    assert ask() == 1
    pat = tables.packer(house)
    parcel = tables.packed(pat, tote)
    assert parcel["waybill"] is None
    assert value("SELECT trouble FROM waybill").startswith("A1005")
    servers.manners = Manners()
    assert ask(after=60) == 1
    number = value("SELECT waybill FROM parcel")
    assert value("SELECT data->>'waybill_number' FROM print_job WHERE document = 'waybill'") == number
    told = value("SELECT data FROM event WHERE name = 'parcel.waybill'")
    assert (told["waybill"], told["station_id"]) == (number, pat.station_id)


def test_what_is_not_sent_is_given_back(servers, house):
    """Pulled with its number; pulled before it was asked for; pulled while nobody knows what came of the question."""
    wave = released(house, "O1", "O2", "O3")
    with transaction():
        first = asking.claim(1)
    with transaction():
        asking.settle([question.put(first[0])])
    (has,) = servers.books.numbers.values()
    do(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["O1"], house.orders["O2"]])
    servers.manners = Manners(silent=1)
    with transaction():
        (work,) = [each for each in asking.claim(5) if not each.giving_back] or [None]
    doubt = question.put(work)
    do(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["O3"]])
    with transaction():
        asking.settle([doubt])
    servers.manners = Manners()
    ask(after=500)
    assert [row[1] for row in rows(WAYBILLS)] == ["void", "void", "void"]
    assert servers.books.voided == {has[0], *servers.books.numbers[("sf", work.request.key)]}
    assert len(servers.books.numbers) == 2
    assert value("SELECT count(*) FROM waybill WHERE given_back_at IS NOT NULL AND ask_at IS NULL") == 2
    assert value("SELECT count(*) FROM parcel WHERE status <> 'void'") == 0
    again = floor.wave(house)  # and they get others with the next wave
    assert ask() == 3
    assert value("SELECT count(*) FROM waybill WHERE status = 'issued'") == again["orders"] == 3


def test_fetched_numbers_print_from_the_desk_once_and_again_only_for_a_reason(servers, house):
    """Of three orders in a wave two have their number; their labels are asked for, come out, and are asked for anew."""
    released(house, "O1", "O2", "O3")
    with transaction():
        works = asking.claim(2)
    with transaction():
        asking.settle([question.put(work) for work in works])
    with transaction() as session:
        table = session.execute(text("SELECT id FROM station")).scalar()
    clerk, all_three = floor.person(house, "Cleo", "clerk"), list(house.orders.values())
    nowhere = look(clerk, "waybills", all_three, station="PACK-1")
    assert outcomes(nowhere) == {"printing.no_label_printer": ["O1", "O2", "O3"]}
    with transaction() as session:
        add_printer(session, table, "Z1", "zpl", 1, ("waybill", "100x180"))
    seen = look(clerk, "waybills", all_three, station="PACK-1")
    assert outcomes(seen) == {"act_prints": ["O1", "O2"], "act_no_waybill": ["O3"]}
    assert value("SELECT count(*) FROM print_job") == 0  # only looked at
    done = go(clerk, seen)
    assert (outcomes(done), done["undo"]) == (outcomes(seen), False)
    assert value("SELECT count(*) FROM event WHERE name = 'parcel.waybill'") == 0  # told of as they are closed
    printed = "SELECT data->>'waybill_number' FROM print_job WHERE document = 'waybill' AND copy = 1"
    assert {row[0] for row in rows(printed)} == {found[0] for found in servers.books.numbers.values()}
    assert "act_label_waits" in outcomes(look(clerk, "waybills", all_three, station="PACK-1"))
    with transaction() as session:
        session.execute(text("UPDATE print_job SET status = 'confirmed'"))
    twice = go(clerk, look(clerk, "waybills", all_three, station="PACK-1"))
    assert outcomes(twice) == {"act_label_out": ["O1", "O2"], "act_no_waybill": ["O3"]}
    assert value("SELECT count(*) FROM print_job") == 2
    again = look(house.boss, "waybills_again", all_three, station="PACK-1", reason="torn")
    assert outcomes(go(house.boss, again)) == {"act_prints": ["O1", "O2"], "act_no_waybill": ["O3"]}
    copies = rows("SELECT copy, reprint_reason FROM print_job ORDER BY copy, id")
    assert copies == [(1, None)] * 2 + [(2, "torn")] * 2
    assert told_of(house, "O1")[-1] == ("waybills_again", "Waybill label printed again at PACK-1 (1): torn", "Sue")


def test_fetched_numbers_print_as_one_run_before_they_are_packed(servers, house):
    wave = released(house, "O1", "O2", "O3")
    with transaction():
        works = asking.claim(2)
    with transaction():
        asking.settle([question.put(work) for work in works])
    picker = floor.person(house, "Ann")
    floor.start(picker)
    with transaction() as session:
        table = session.execute(text("SELECT id FROM station")).scalar()
        add_printer(session, table, "Z1", "zpl", 1, ("waybill", "100x180"))
    with transaction():
        run = ahead.print_wave(house.id, wave["id"], "PACK-1", "pick", None)
    jobs.make_waybills(run["id"])
    printed = "SELECT data->>'waybill_number' FROM print_job WHERE document = 'waybill' AND run_id IS NOT NULL"
    assert {row[0] for row in rows(printed)} == {found[0] for found in servers.books.numbers.values()}
    ask()
    assert value("SELECT count(*) FROM parcel") == 3
    floor.pick_all(picker, do(picker, "pick.task")["data"]["task"])
    pat = tables.packer(house)
    totes = rows("SELECT c.code FROM pick_tote t JOIN container c ON c.id = t.container_id WHERE t.in_use ORDER BY 1")
    lying = {tables.opened(pat, tote[0])["waybill"] for tote in totes}
    assert (len(lying), None in lying) == (3, True)  # the third is printed as it is closed
    assert {tables.packed(pat, tote[0])["waybill"] for tote in totes} > lying - {None}
    assert value("SELECT count(*) FROM print_job WHERE document = 'waybill'") == 3


@pytest.mark.parametrize("how", ["intercepted", "wave cancelled"])
def test_numbers_of_what_is_stopped_are_given_back(servers, house, how):
    wave = released(house, "O1")
    ask()
    (number,) = servers.books.numbers[("sf", value("SELECT request_key FROM waybill"))]
    if how == "intercepted":
        do(house.boss, "order.intercept", order_id=house.orders["O1"], want="cancel", why="buyer")
    else:
        do(house.boss, "wave.cancel", wave_id=wave["id"])
    assert (value("SELECT status FROM waybill"), value("SELECT status FROM parcel")) == ("void", "void")
    assert servers.books.voided == set()  # not in the transaction that stops it
    ask()
    assert servers.books.voided == {number}


def test_a_number_is_given_back_when_our_account_is_let_in_again(servers, house):
    """Neither a wrong key nor secrets that do not open say anything about the number."""
    wave = released(house, "O1")
    ask()
    (number,) = servers.books.numbers[("sf", value("SELECT request_key FROM waybill"))]
    with transaction():
        accounts.change("sf", secrets={"check_word": "mistyped"})
    do(house.boss, "wave.cancel", wave_id=wave["id"])
    assert ask() == 1
    trouble, wait = rows("SELECT trouble, extract(epoch FROM ask_at - now()) FROM waybill")[0]
    assert (trouble[:5], 290 < wait <= 300, ask()) == ("A1006", True, 0)
    with transaction() as session:
        session.execute(text("UPDATE carrier SET sealed = 'broken' WHERE code = 'sf'"))
    with fixed(now() + timedelta(seconds=301)), transaction():
        works = asking.claim(5)
    came = [question.put(work) for work in works]
    assert [(each.refused, each.again_in, each.in_doubt) for each in came] == [(None, 300, True)]
    assert servers.books.voided == set()
    with transaction():
        asking.settle(came)
    with transaction():
        accounts.change("sf", secrets=SECRETS)
    assert ask(after=700) == 1
    assert servers.books.voided == {number}
    assert rows("SELECT ask_at, given_back_at IS NOT NULL FROM waybill") == [(None, True)]
    assert value("SELECT count(*) FROM problem") == 0


def test_a_number_that_the_carrier_keeps_is_a_problem_that_says_so(servers, house):
    wave = released(house, "O1")
    ask()
    number = value("SELECT number FROM waybill")
    servers.manners = Manners(firm=True)
    do(house.boss, "wave.cancel", wave_id=wave["id"])
    assert ask() == 1
    parcel = value("SELECT number FROM parcel")
    said = f"顺丰 {number}: 8150 已收件，不能消单"
    assert rows("SELECT label, reason, note, status FROM problem") == [(parcel, "not_given_back", said, "open")]
    assert (ask(after=9000), rows("SELECT ask_at, given_back_at FROM waybill")) == (0, [(None, None)])


def test_the_next_carrier_is_asked_by_rule_when_one_refuses(servers, house):
    account(servers, "kdniao")
    account(servers, "kuaidi100")
    with transaction():
        accounts.change("kdniao", settings={"url": f"{servers.url}/kdniao", "shipper": "ZTO"})
        accounts.change("sf", fallbacks=[("kdniao", "account"), ("kuaidi100", "unreachable")])
    released(house, "O1", address="不可达村 3 号")
    ask()
    assert [(row[0], row[1], row[3]) for row in rows(WAYBILLS)][:2] == [
        ("sf", "void", "unreachable"), ("kuaidi100", "void", "unreachable"),
    ]  # fmt: skip
    assert rows("SELECT about, reason, status FROM problem") == [("shipment", "carrier_refused", "open")]
    assert value("SELECT count(*) FROM event WHERE name = 'parcel.waybill_refused'") == 1
    assert servers.books.numbers == {}
    with transaction() as session:
        session.execute(text("INSERT INTO carrier (code, name, plugin, next_number, active) "
                             "VALUES ('own_fleet', 'Own', 'own_fleet', 1, true)"))  # fmt: skip
        accounts.change("sf", fallbacks=[("own_fleet", "any")])
    released(house, "O2", address="不可达村 4 号")
    ask()
    assert [row[:2] for row in rows(WAYBILLS)][-2:] == [("sf", "void"), ("own_fleet", "issued")]
    assert value("SELECT count(*) FROM parcel WHERE waybill LIKE 'OF%' AND status = 'planned'") == 1
    assert value("SELECT count(*) FROM print_job") == 0


def test_a_second_number_of_a_question_that_outlived_its_lease_is_given_back(servers, house):
    servers.manners = Manners(forgetful=True)
    released(house, "O1")
    with transaction():
        (slow,) = asking.claim(1, lease=timedelta(0))
    with transaction():
        (fast,) = asking.claim(1)
    late, early = question.put(slow), question.put(fast)  # the one asks, the other finds what came of it
    assert late.issued.number == early.issued.number
    stray = question.put(slow)  # a carrier that keeps no word: another number
    with transaction():
        asking.settle([early])
    with transaction():
        asking.settle([stray])
    servers.manners = Manners()
    assert value("SELECT waybill FROM parcel") == early.issued.number
    with transaction():
        works = asking.claim(5)
    assert [(work.giving_back, work.number) for work in works] == [(True, stray.issued.number)]


def test_secrets_are_not_to_be_read_in_the_database(servers, house):
    assert all(secret not in str(rows("SELECT c::text FROM carrier c")) for secret in SECRETS.values())
    with transaction():
        shown = accounts.change("sf", secrets={"salt": "", "key": "another"})
        opened = accounts.account(accounts.by_code("sf"))
    assert shown["secrets"] == sorted(set(SECRETS) - {"salt"})
    assert (opened.secrets["key"], opened.secrets["check_word"]) == ("another", SECRETS["check_word"])
    assert "another" not in repr(opened)
    with transaction() as session:
        session.execute(text("""
            INSERT INTO carrier (code, name, plugin, next_number, active, sealed)
            SELECT 'copy', 'copy', 'sf', 1, true, sealed FROM carrier WHERE code = 'sf'
        """))  # fmt: skip
    with pytest.raises(WmsError) as refused, transaction():
        accounts.account(accounts.by_code("copy"))
    assert refused.value.code == "core.cannot_unseal"


PARCELS = int(os.environ.get("WMS_PARCELS", "200"))  # a thousand take half a minute
_WAVE_OF_MANY = """
    WITH made AS (
        INSERT INTO sales_order (
            warehouse_id, shop_id, number, confirmation, payment, processing, shipping, refund, placed_at, promised_at,
            carrier, currency, total, paid, recipient, phone, country, province, city, district, address, postcode,
            remark, source_hash
        ) SELECT :house, :shop, 'N' || n, 'confirmed', 'paid', 'waved', 'unshipped', 'none', now(), now(), 'sf', 'CNY',
            1, 1, :recipient, :phone, 'CN', '浙江省', '杭州市', '西湖区', :address, '', '', ''
        FROM generate_series(1, :n) AS n RETURNING id
    ), waved AS (
        INSERT INTO wave (warehouse_id, number, status, filter, totes_per_cart, walk_mm, baseline_mm, created_at)
        VALUES (:house, 1, 'released', '{}', 4, 0, 0, now()) RETURNING id
    ), inside AS (
        INSERT INTO wave_order (wave_id, order_id, active) SELECT waved.id, made.id, true FROM waved, made
    )
    SELECT id FROM waved
"""
_FETCHER = """
import sys, threading
from datetime import timedelta
from pathlib import Path
from wms.app import create_app
from wms.core.config import Config
from wms.shipping import fetcher
app = create_app(Config(database_url=sys.argv[1], data=Path(sys.argv[2]), secret_key="test", pool_size=3), live=False)
fetcher.run(app, threading.Event(), pace=fetcher.Pace(lease=timedelta(seconds=1)))
"""


def test_one_waybill_each_though_answers_are_lost_and_a_worker_is_killed(app, servers, house, database, tmp_path):
    """Of 200 questions every tenth gets no answer though the order was taken, some are throttled, and the first worker
    dies with questions under way. Asked twice, this carrier would issue two numbers."""
    servers.manners = Manners(silent=0.1, throttled=0.005, seconds=0.01, forgetful=True)
    with transaction() as session:
        to = {"recipient": "王", "phone": "138", "address": "文三路"}
        sealed = {name: getattr(Order, name).type.sealed(said) for name, said in to.items()}
        places = {"house": house.id, "shop": house.shops["SHOP"], "n": PARCELS, **sealed}
        wave = session.execute(text(_WAVE_OF_MANY), places).scalar()
        assert asking.ask_ahead(house.id, wave) == PARCELS
    killed = subprocess.Popen([sys.executable, "-c", _FETCHER, database, str(tmp_path)], env={**os.environ})
    try:
        until(lambda: len(servers.books.numbers) > PARCELS / 4)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    left = value("SELECT count(*) FROM waybill WHERE status = 'asked'")
    assert 0 < left < PARCELS
    assert value("SELECT count(*) FROM waybill WHERE status = 'asked' AND in_doubt") > 0
    stop = threading.Event()
    with transaction() as session:  # those in doubt wait for minutes otherwise
        session.execute(text("UPDATE waybill SET ask_at = now() WHERE ask_at IS NOT NULL"))
    pace = fetcher.Pace(tick=0.05, lease=timedelta(seconds=20))
    thread = threading.Thread(target=fetcher.run, args=(app, stop), kwargs={"pace": pace})
    thread.start()
    try:
        until(lambda: hurried() == 0)
    finally:
        stop.set()
        thread.join()
    assert [len(found) for found in servers.books.numbers.values()] == [1] * PARCELS
    stored = rows("SELECT p.waybill FROM parcel p JOIN waybill w ON w.parcel_id = p.id AND w.number = p.waybill")
    assert {row[0] for row in stored} == {found[0] for found in servers.books.numbers.values()}
    assert servers.books.voided == set()
    assert servers.books.asked["EXP_RECE_SEARCH_ORDER_RESP"] > 0


def hurried():
    """How many are not there yet; what waits because nobody answered it is asked after now."""
    with transaction() as session:
        soon = "UPDATE waybill SET ask_at = now() WHERE trouble <> '' AND ask_at < now() + interval '15 s'"
        session.execute(text(soon))
        return session.execute(text("SELECT count(*) FROM waybill WHERE status = 'asked'")).scalar()


def until(true):
    ends = time.monotonic() + max(60, PARCELS)
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.1)
