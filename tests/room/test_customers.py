"""One customer from many shops, put together and taken apart; who was shown what is personal, on a chain."""
from __future__ import annotations

from dataclasses import replace

import packing_floor as tables
import picking_floor as floor
import psycopg
import pytest
from order_samples import draft, order, shop, take
from picking_floor import value
from sqlalchemy import text

from wms.access import service as access
from wms.core.actor import Actor
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.customers import service
from wms.orders import service as orders

ANN = {"recipient": "Ann Lee", "phone": "13812345678", "buyer": "ann88"}


@pytest.fixture
def house(app):
    made = shop(1000)
    with transaction():
        orders.add_shop("U", "Other shop", currency="EUR", carrier="own_fleet")
    return made


@pytest.fixture
def clerk(house):
    return Actor(name="Cleo", warehouse_id=house, posts=frozenset({"clerk"}))


def whole(clerk, customer_id):
    with transaction():
        return service.whole(clerk, customer_id)


def whose(number):
    return value("SELECT x.customer_id FROM customer_order x JOIN sales_order o ON o.id = x.order_id "
                 "WHERE o.number = :number", number=number)  # fmt: skip


def linked(house, *drafts):
    take(house, *drafts)
    return service.link_due()


def test_one_record_by_the_shops_id_and_by_telephone_never_by_name(house, clerk):
    other = replace(draft("U1", **{**ANN, "buyer": "", "phone": "+86 138-1234-5678"}, after=9), shop="U")
    assert linked(house, draft("A1", **ANN), draft("A2", **{**ANN, "phone": "13900000000"}, after=5), other) == 3
    assert whose("A1") == whose("A2") == whose("U1")
    linked(house, draft("B1", **{**ANN, "buyer": "", "phone": "13700000000"}),  # the same name
           draft("B2", recipient="王**", phone="138****5678", buyer="w1"),
           draft("B3", recipient="王**", phone="138****5678", buyer="w2"),
           draft("B4", recipient="Lu", phone="13812345678-4321"), draft("B5", recipient="Li", phone="13812345678-9876"),
           draft("B6", recipient="王**", phone="138****5678"))  # fmt: skip
    assert len({whose(f"B{n}") for n in range(1, 6)} | {whose("A1")}) == 6
    assert whose("B6") is None
    shown = whole(clerk, whose("A1"))
    assert (shown["name"], shown["phone"], shown["address"]) == ("A** L**", "+86****5678", "***")
    assert (shown["orders"], shown["spent"], shown["shops"]) == (3, [{"currency": "EUR", "amount": "6.00"}], ["T", "U"])
    assert [one["number"] for one in shown["all_orders"]] == ["U1", "A2", "A1"]
    assert [(one["id"], one["by"]) for one in shown["suggested"]] == [(whose("B1"), "address")]


def test_put_together_and_taken_apart_again(house, clerk):
    linked(house, draft("A1", **ANN), draft("B1", recipient="Bo", phone="13700000000"),
           draft("C1", recipient="Cy", phone="13600000000"))  # fmt: skip
    a, b, c = whose("A1"), whose("B1"), whose("C1")
    with transaction():
        service.put_tags(house, b, ["vip", " vip ", "late"])
        service.add_note(clerk, b, "asks for Ann Lee, 13812345678")
        first = service.merge(house, b, c, None).id
        second = service.merge(house, a, b, None).id
    shown = whole(clerk, b)
    assert (shown["id"], shown["orders"], shown["tags"], len(shown["notes"])) == (a, 3, ["late", "vip"], 1)
    assert whole(clerk, c)["id"] == a
    linked(house, draft("C2", recipient="Cy", phone="13600000000", after=3))
    assert whole(clerk, a)["orders"] == 4
    for action in (lambda: service.merge(house, c, a, None), lambda: service.undo(house, first, None)):
        with pytest.raises(WmsError), transaction():
            action()
    assert whole(clerk, a)["orders"] == 4
    with transaction():
        service.undo(house, second, None)
    assert (whole(clerk, a)["orders"], whole(clerk, b)["orders"], whole(clerk, b)["tags"]) == (1, 3, ["late", "vip"])
    with transaction():
        service.undo(house, first, None)
    assert [whole(clerk, id)["orders"] for id in (a, b, c)] == [1, 1, 2]
    with transaction():
        assert service.tag_orders([order("C2").id], "risk") == 1


def test_the_list_is_masked_and_finds_whoever_is_meant(app, house):
    linked(house, draft("A1", **ANN), draft("B1", recipient="王小明", phone="13900005678", after=1))
    with transaction():
        key = access.create_api_key("desk", house, "clerk")
    client, head = app.test_client(), {"Authorization": f"Bearer {key}"}

    def found(**query):
        reply = client.get("/api/v1/customers", query_string=query, headers=head)
        return [one["name"] for one in reply.json["items"]]

    assert found() == ["王**", "A** L**"]
    for q in ("ann lee", "138 1234 5678", "ann88", "A1"):
        assert found(q=q) == ["A** L**"]
    assert found(q="5678") == ["王**", "A** L**"]
    assert found(q="小明") == []
    path = f"/api/v1/customers/{whose('A1')}"
    assert client.patch(path, json={"tags": ["vip"]}, headers=head).json["tags"] == ["vip"]
    assert found(tag="vip") == ["A** L**"]
    assert client.get("/api/v1/customers/tags", headers=head).json["items"] == ["vip"]
    entry = {"kind": "buyer", "buyer": ANN["buyer"], "reason": "sends back empty boxes"}
    assert client.post("/api/v1/audit/blacklist", json=entry, headers=head).status_code == 201
    listed = client.get("/api/v1/customers", headers=head).json["items"]
    assert [one["blacklisted"] for one in listed] == [[], ["sends back empty boxes"]]
    assert client.get(path, headers=head).json["blacklisted"] == ["sends back empty boxes"]


def test_reveals_are_written_down_in_a_chain_that_nobody_changes(app, house, clerk, database):
    take(house, draft("A1", **ANN))
    with transaction():
        key = access.create_api_key("desk", house, "clerk")
    client, head = app.test_client(), {"Authorization": f"Bearer {key}"}
    path = f"/api/v1/orders/{order('A1').id}"
    shown = client.post(f"{path}/personal", json={"why": "the buyer called"}, headers=head)
    assert (shown.json["recipient"], shown.json["phone"], shown.json["address"]) == ("Ann Lee", ANN["phone"], "1 rue A")
    client.post(f"{path}/personal", json={}, headers=head)
    _, first = client.get(f"{path}/reveals", headers=head).json["items"]
    assert (first["person"], first["why"], first["what"]) == (
        "desk", "the buyer called", ["recipient", "phone", "address"],
    )  # fmt: skip
    assert client.get("/api/v1/reveals", headers=head).status_code == 403
    with transaction():
        proved = service.verify()
        assert (proved.reveals, proved.broken) == (2, None)
        assert service.verify(proved.head).noted
        assert service.verify("00").noted is False
    with psycopg.connect(database, autocommit=True) as raw:
        for what in ("UPDATE personal_reveal SET why = ''", "DELETE FROM personal_reveal", "TRUNCATE personal_reveal"):
            with pytest.raises(psycopg.errors.RaiseException):
                raw.execute(what)
        raw.execute("ALTER TABLE personal_reveal DISABLE TRIGGER ALL")  # as only the owner of the tables can
        raw.execute("UPDATE personal_reveal SET why = '' WHERE id = 1")
    with transaction():
        assert service.verify().broken == 1
        db.session.execute(text("DELETE FROM personal_reveal WHERE id = 1"))
        assert service.verify().broken == 2


def test_a_packer_is_shown_only_what_lies_on_the_table(app):
    house = floor.build()
    totes = tables.picked(house, {"O1": {"S1": 1}, "O2": {"S2": 1}}, recipient="Ann", phone="13812345678")
    pat = tables.packer(house)
    quin = tables.packer(house, "Quin", "PACK-2")
    order_id = tables.opened(pat, totes["O1"]) and value("SELECT order_id FROM parcel")

    def refused(who, id):
        with pytest.raises(WmsError) as refusal, transaction():
            service.reveal(who, id, "")
        return refusal.value.code

    assert refused(quin, order_id) == refused(pat, order_id + 1) == "customers.not_in_hand"
    assert value("SELECT count(*) FROM personal_reveal") == 0
    with transaction():
        assert service.reveal(pat, order_id, "")["recipient"] == "Ann"
    assert value("SELECT count(*) FROM personal_reveal") == 1
