"""SKUs, barcodes, and what a scanned code means."""
from __future__ import annotations

import pytest
from import_samples import bring, counts, table, told, warehouse

from wms.access import service as access
from wms.catalog import service
from wms.catalog.models import Barcode, Sku
from wms.catalog.service import SkuFacts
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.resolve import resolve
from wms.layout.models import Station


@pytest.fixture
def house(app):
    return warehouse()


@pytest.fixture
def clerk(app, house, tx):
    with tx():
        person = access.add_person("B1", "Cora", access.hash_pin("123456"), house, ["clerk"], "en")
        token = access.open_session(person, "test")
    return {"Authorization": f"Bearer {token}"}


def put(tx, *facts):
    with tx():
        return service.put_skus(facts)


def known():
    db.session.remove()
    return {sku.code: sku for sku in db.session.query(Sku)}


def test_a_scan_means_the_same_everywhere(app, tx, house):
    put(tx, SkuFacts("S1", "Apple", barcodes=("6901", "6902")))
    with tx() as session:
        session.add(Station(warehouse_id=house, code="P1", name="Packing 1"))
    with tx():
        assert service.resolve(" 6902\r", house).code == "S1"
        assert service.resolve("S1", house, "sku").label == "Apple"
        assert service.resolve("A01-01L1", house).kind == "bin"
        assert (service.resolve("P1", house).kind, service.resolve("P1", house).label) == ("station", "Packing 1")
        assert len(resolve("S1", house)) == 1


def test_a_code_that_is_unknown_or_of_another_kind_is_answered_precisely(app, tx, house):
    put(tx, SkuFacts("S1", "Apple"))
    with tx():
        with pytest.raises(WmsError) as unknown:
            service.resolve("6999", house)
        assert unknown.value.code == "catalog.unknown_code"
        with pytest.raises(WmsError) as other:
            service.resolve("S1", house, "bin")
        assert (other.value.code, other.value.params["label"]) == ("catalog.expected_bin", "Apple")
        for nothing in ("", "  ", "\r\n", "SUPPLIER"):  # the world outside cannot be scanned
            with pytest.raises(WmsError, match="unknown_code"):
                service.resolve(nothing, house)


def test_a_code_of_two_things_is_ambiguous_unless_the_kind_is_asked_for(app, tx, house):
    put(tx, SkuFacts("A01-01L1", "Odd name"))
    with tx():
        with pytest.raises(WmsError, match="ambiguous_code"):
            service.resolve("A01-01L1", house)
        assert service.resolve("A01-01L1", house, "bin").kind == "bin"


def test_another_warehouse_has_its_own_bins(app, tx, house):
    with tx():
        assert resolve("A01-01L1", house + 1) == []


def test_skus_are_made_changed_and_left_alone(app, tx, house):
    facts = SkuFacts("S1", "Apple", 150, barcodes=("6901",))
    assert put(tx, facts, SkuFacts("S2", "Pear")) == {"created": 2}
    assert put(tx, facts, SkuFacts("S2", "Pear", 99)) == {"unchanged": 1, "updated": 1}
    assert put(tx, SkuFacts("S1", "Apple", 150, barcodes=("6901", "6902"))) == {"updated": 1}
    assert db.session.query(Barcode).count() == 2


@pytest.mark.parametrize(
    "facts",
    [
        SkuFacts("S2", "Pear", barcodes=("6901",)),  # a barcode of S1
        SkuFacts("S2", "Pear", barcodes=("S1",)),  # the code of S1
        SkuFacts("6901", "Pear"),  # a barcode of S1 as a code
    ],
)
def test_a_code_never_comes_to_mean_two_skus(app, tx, house, facts):
    put(tx, SkuFacts("S1", "Apple", barcodes=("6901",)))
    with pytest.raises(WmsError, match="code_taken"):
        put(tx, facts)
    assert (list(known()), db.session.query(Barcode).count()) == (["S1"], 1)


HEADER = "SKU,Name,Barcode,Weight"


def test_importing_twice_changes_nothing(app, house):
    def rows():
        apple = ("S1", "Apple", "6901|6902", 150)
        return table(HEADER, apple, ("S2", "Pear", "", ""), apple)

    first = bring("skus", rows(), house)
    assert (counts(first), first.more["repeated"]) == ((3, 2, 0, 0, 0), 1)
    assert counts(bring("skus", rows(), house)) == (3, 0, 0, 2, 0)
    assert known()["S1"].weight_g == 150


def test_only_columns_of_the_file_change_a_sku(app, house):
    bring("skus", table(HEADER, ("S1", "Apple", "6901", 150)), house)
    assert counts(bring("skus", table("code,name", ("S1", "Red apple")), house)) == (1, 0, 1, 0, 0)
    assert (known()["S1"].name, known()["S1"].weight_g) == ("Red apple", 150)


def test_clashing_rows_stay_out_and_the_others_go_in(app, house):
    bring("skus", table(HEADER, ("S1", "Apple", "6901", 1)), house)
    source = table(
        HEADER, ("S2", "Pear", "6901", 1), ("S3", "Plum", "6903", 1), ("S3", "Prune", "", 1), ("S4", "Fig", "6903", 1)
    )
    summary = bring("skus", source, house)
    assert (counts(summary)[1], sorted(known())) == (1, ["S1", "S3"])
    assert sorted((line, code) for line, _, code, _ in told(summary)) == [
        (2, "catalog.code_taken"), (4, "core.csv_contradicts"), (5, "catalog.code_taken")
    ]  # fmt: skip


def test_skus_over_http(app, tx, house, clerk):
    client = app.test_client()
    body = {"code": "S1", "name": "Apple", "weight_g": 150, "barcodes": ["6901"]}
    made = client.post("/api/v1/skus", json=body, headers=clerk)
    assert (made.status_code, made.json["barcodes"]) == (201, ["6901"])
    again = client.post("/api/v1/skus", json=body, headers=clerk)
    assert (again.status_code, again.json["code"]) == (409, "catalog.sku_exists")
    taken = client.post("/api/v1/skus", json={"code": "S2", "name": "x", "barcodes": ["S1"]}, headers=clerk)
    assert taken.json["code"] == "catalog.code_taken"
    put(tx, SkuFacts("S3", "Pear"), SkuFacts("S4", "Fig"))
    first = client.get("/api/v1/skus?limit=2", headers=clerk).json
    assert [item["code"] for item in first["items"]] == ["S1", "S3"]
    rest = client.get(f"/api/v1/skus?limit=2&cursor={first['next']}", headers=clerk).json
    assert ([item["code"] for item in rest["items"]], rest["next"]) == (["S4"], None)
    assert [i["code"] for i in client.get("/api/v1/skus?q=pea", headers=clerk).json["items"]] == ["S3"]
    assert client.post("/api/v1/skus", json={"code": " ", "name": "x"}, headers=clerk).status_code == 422
    assert client.get("/api/v1/skus").status_code == 401


def test_a_sku_is_made_once_per_idempotency_key(app, house, clerk):
    client, key = app.test_client(), {"Idempotency-Key": "5ad38a4e-5a54-4a4e-9b0f-3f2c7a5d1e11"}
    body = {"code": "S1", "name": "Apple"}
    first = client.post("/api/v1/skus", json=body, headers=clerk | key)
    again = client.post("/api/v1/skus", json=body, headers=clerk | key)
    assert first.json["id"] == again.json["id"]
    other = client.post("/api/v1/skus", json={**body, "name": "Pear"}, headers=clerk | key)
    assert (other.status_code, other.json["code"]) == (409, "core.command_reused")
