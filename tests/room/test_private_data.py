"""Who gets an order and where lies sealed: nowhere in the database in the open, found by marks, under any key known."""
from __future__ import annotations

import json
from dataclasses import replace

import packing_floor as tables
import picking_floor as floor
import psycopg
import pytest
from order_samples import draft, order, shop, take
from picking_floor import do, value
from print_table import add_printer, dispatching, until
from sqlalchemy import text

from printers.virtual import VirtualPrinter
from wms.access import service as access
from wms.app import create_app
from wms.core import migrate, private, sealed
from wms.core.db import db
from wms.core.resealing import reseal, sealed_columns
from wms.core.transaction import transaction
from wms.printing.models import PrintJob

NAME, PHONE, STREET, ZIP = "欧阳小明", "13812345678", "文三路 478 号华星时代广场", "310012"
TO = {
    "recipient": NAME, "phone": PHONE, "country": "中国", "province": "浙江省", "city": "杭州市", "district": "西湖区",
    "address": STREET, "postcode": ZIP,
}  # fmt: skip


def everything(database: str) -> str:
    """All that lies in the tables, as text; bytes both as they are and read as UTF-8."""
    with psycopg.connect(database) as connection:
        names = [row[0] for row in connection.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND "
                                                      "relnamespace = 'public'::regnamespace")]  # fmt: skip
        found = []
        for name in names:
            for row in connection.execute(f'SELECT * FROM "{name}"'):  # type: ignore[arg-type]
                found += [each.decode(errors="replace") if isinstance(each, bytes) else json.dumps(
                    each, ensure_ascii=False, default=str) for each in row]  # fmt: skip
    return "\n".join(found)


def test_after_the_whole_life_of_an_order_nothing_personal_lies_in_the_open(app, config, database, tx):
    house = floor.build()
    pat, dan = tables.packer(house), floor.person(house, "Dan")
    with VirtualPrinter("Z1", "zpl", config.data / "virtual" / "Z1") as machine:
        with tx() as session:
            add_printer(session, pat.station_id, "Z1", "zpl", machine.port, ("waybill", "100x180"))
            key = access.create_api_key("shop", house.id, "clerk")
        client, head = app.test_client(), {"Authorization": f"Bearer {key}", "Idempotency-Key": ID}
        body = {
            "shop": "SHOP", "number": "A1", "paid": "2", **TO, "lines": [{"sku": "S1", "qty": 1, "price": "2"}],
        }  # fmt: skip
        assert client.post("/api/v1/orders", json=body, headers=head).status_code == 201
        totes = tables.picked(house, {"O1": {"S1": 2}}, **TO)
        with dispatching(app):
            parcel = tables.packed(pat, totes["O1"])
            with transaction() as session:
                job = session.query(PrintJob).filter_by(document="waybill").one()
                assert job.data["recipient"]["name"] == NAME  # read as ever
                job_id = job.id
            until(tx, job_id, "confirmed")
    loaded = do(dan, "load.scan", code=parcel["waybill"])["data"]
    do(dan, "load.close", manifest_id=loaded["manifest"]["id"])
    do(pat, "pack.what", code=parcel["number"])
    assert value("SELECT shipping FROM sales_order WHERE number = 'O1'") == "shipped"
    lying = everything(database)
    assert parcel["waybill"] in lying  # so that this can fail
    for personal in (NAME, PHONE, STREET, ZIP, "小明"):
        assert personal not in lying


ID = "11111111-1111-4111-8111-111111111111"


def test_the_list_finds_by_number_phone_last_digits_and_whole_name(app):
    house = shop()
    ann = draft("N1", recipient="Ann  Lee", phone="+86 138-1234-5678", after=1)
    wang = draft("N2", recipient="王小明", phone="13900005678", after=2)
    take(house, ann, wang, draft("N3", recipient="王**", phone="139****5678"))
    with transaction():
        key = access.create_api_key("clerk", house, "clerk")
    client, head = app.test_client(), {"Authorization": f"Bearer {key}"}

    def found(q):
        items = client.get("/api/v1/orders", query_string={"q": q}, headers=head).json["items"]
        return sorted(one["number"] for one in items)

    assert found("13812345678") == ["N1"]
    assert found("138 1234 5678") == ["N1"]
    assert found("5678") == ["N1", "N2", "N3"]
    assert found("ann lee") == found("ＡＮＮ ＬＥＥ") == ["N1"]
    assert found("王小明") == ["N2"]
    assert found("王") == found("1381234") == found("139") == found("王**") == []  # the platform's stars are no name
    assert found("n2") == ["N2"]
    shown = client.get(f"/api/v1/orders/{order('N1').id}", headers=head).json
    assert (shown["recipient"], shown["phone"], shown["address"]) == ("A** L**", "+86****5678", "***")


def test_another_key_opens_the_old_and_seals_the_new(app, config):
    take(shop(), draft("N1", **TO))
    other = create_app(replace(config, secret_key="new", former_secret_keys="test"), live=False)
    with other.app_context():
        assert (order("N1").phone, order("N1").recipient) == (PHONE, NAME)
        with transaction():
            assert db.session.execute(text(FIND), {"marks": private.phone_marks(PHONE)}).scalar() == "N1"
        assert reseal()["sales_order.phone"] == 1
        assert sum(reseal().values()) == 0
        db.engine.dispose()
    last = create_app(replace(config, secret_key="new"), live=False)
    with last.app_context():
        assert (order("N1").phone, order("N1").recipient) == (PHONE, NAME)
        with transaction():
            assert db.session.execute(text(FIND), {"marks": private.phone_marks(PHONE)}).scalar() == "N1"
        db.session.remove()
        db.engine.dispose()
    db.session.remove()
    with pytest.raises(Exception, match="cannot_unseal"):
        order("N1")


FIND = f"SELECT number FROM sales_order o WHERE {private.mark_sql('o.phone')} = ANY(:marks)"


def test_rows_of_before_are_sealed_by_the_migration_and_opened_on_the_way_back(app, config, database):
    take(shop(), draft("N1", **TO))
    sealed.use(config)
    db.session.remove()
    db.engine.dispose()
    migrate.downgrade(database, "0031")
    with psycopg.connect(database) as connection:
        plain = connection.execute("SELECT recipient, phone, address FROM sales_order").fetchone()
        assert plain == (NAME, PHONE, STREET)
    migrate.upgrade(database)
    assert PHONE not in everything(database)
    assert (order("N1").phone, order("N1").postcode) == (PHONE, ZIP)


def test_every_column_with_something_sealed_is_known():
    names = {f"{column.table.name}.{column.name}" for column in sealed_columns()}
    assert {
        "sales_order.recipient", "sales_order.phone", "sales_order.address", "sales_order.postcode", "raw_order.body",
        "waybill.reply", "track_scan.text", "print_job.data", "print_job.payload", "carrier.sealed",
        "channel_account.secrets",
    } <= names  # fmt: skip
