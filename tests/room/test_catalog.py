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


# ---- depth: tracking, packs, bundles, owners

FULL = {
    "handling": ["cold", "fragile"], "lot_tracking": "receipt", "serial_tracking": "ship", "expiry_tracked": True,
    "shelf_life_days": 180, "min_days_receipt": 90, "min_days_shipping": 30,
}  # fmt: skip
CASE = {
    "code": "case", "qty": 12, "weight_g": 2000, "length_mm": 1, "width_mm": 2, "height_mm": 3, "barcodes": ["C-1"]
}  # fmt: skip


def test_a_sku_in_all_its_depth_over_http(app, tx, house, clerk):
    client = app.test_client()
    put(tx, SkuFacts("P1", "Part 1"), SkuFacts("P2", "Part 2"))
    told = {
        "code": "S1", "name": "Set", "barcodes": ["6901"], **FULL, "packs": [CASE],
        "components": [{"sku": "P1", "qty": 2}, {"sku": "P2", "qty": 1}],
    }  # fmt: skip
    made = client.post("/api/v1/skus", json=told, headers=clerk)
    assert made.status_code == 201, made.json
    assert {name: made.json[name] for name in told} == told
    one = f"/api/v1/skus/{made.json['id']}"
    assert client.get(one, headers=clerk).json == made.json
    changed = client.patch(one, json={"min_days_shipping": 45, "handling": []}, headers=clerk)
    assert changed.json == {**made.json, "min_days_shipping": 45, "handling": []}
    pallet = {**CASE, "code": "pallet", "qty": 480, "barcodes": []}
    packed = client.patch(one, json={"packs": [pallet, {**CASE, "weight_g": 1}], "components": []}, headers=clerk).json
    assert [(pack["code"], pack["weight_g"]) for pack in packed["packs"]] == [("case", 1), ("pallet", 2000)]
    assert packed["components"] == []
    assert client.get("/api/v1/skus/999999", headers=clerk).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"packs": [{**CASE, "qty": 1}]}, 422),
        ({"packs": [{**CASE, "qty": 10**12}]}, 422),
        ({"packs": [{"code": "case"}]}, 422),
        ({"packs": [CASE, {**CASE, "barcodes": []}]}, 422),
        ({"packs": [{**CASE, "barcodes": ["6901"]}]}, 409),  # means the single piece
        ({"barcodes": ["C-0"]}, 409),  # means a pack
        ({"components": [{"sku": "S1", "qty": 1}]}, 422),
        ({"components": [{"sku": "NONE", "qty": 1}]}, 404),
        ({"components": [{"sku": "P1", "qty": 0}]}, 422),
        ({"lot_tracking": "sometimes"}, 422),
        ({"handling": ["heavy"]}, 422),
        ({"shelf_life_days": -1}, 422),
        ({"code": "S9"}, 422),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(app, tx, house, clerk, wrong, status):
    client = app.test_client()
    put(tx, SkuFacts("P1", "Part 1"))
    old = {**CASE, "code": "old", "barcodes": ["C-0"]}
    body = {"code": "S1", "name": "Set", "barcodes": ["6901"], "packs": [old]}
    made = client.post("/api/v1/skus", json=body, headers=clerk).json
    one = f"/api/v1/skus/{made['id']}"
    refused = client.patch(one, json={"name": "New", **wrong}, headers=clerk)
    assert refused.status_code == status, refused.json
    assert client.get(one, headers=clerk).json == made


def test_tracking_comes_from_a_file_with_chinese_headers(app, house):
    source = table(
        "商品编码,商品名称,储运属性,批次管理,序列号管理,效期管理,保质期天数,收货剩余天数,发货剩余天数",
        ("S1", "牛奶", "冷藏、易碎", "收货", "否", "是", 180, 90, 30),
        ("S2", "手机", "", "", "出库", "", "", "", ""),
        ("S3", "苹果", "很重", "", "", "", "", "", ""),
    )
    summary = bring("skus", source, house)
    assert [(line, code) for line, _, code, _ in told(summary)] == [(4, "catalog.unknown_word")]
    milk, phone = known()["S1"], known()["S2"]
    assert (milk.handling, milk.lot_tracking, milk.expiry_tracked) == (["cold", "fragile"], "receipt", True)
    assert (milk.shelf_life_days, milk.min_days_receipt, milk.min_days_shipping) == (180, 90, 30)
    assert (phone.handling, phone.serial_tracking, phone.shelf_life_days) == ([], "ship", None)
    again = bring("skus", table("code,name", ("S1", "牛奶")), house)
    assert (counts(again)[3], known()["S1"].handling) == (1, ["cold", "fragile"])


def test_packs_come_from_a_file_once(app, tx, house):
    put(tx, SkuFacts("S1", "Apple", barcodes=("6901",)))

    def rows():
        return table(
            "货号,包装,包装数量,条码,重量", ("S1", "case", 12, "C-1|C-2", 900), ("S1", "pallet", 480, "", ""),
            ("S9", "case", 6, "", ""), ("S1", "inner", 3, "6901", ""), ("S1", "box", 1, "", ""),
        )  # fmt: skip

    first = bring("packs", rows(), house)
    assert counts(first) == (5, 2, 0, 0, 3)
    assert sorted((line, code) for line, _, code, _ in told(first)) == [
        (4, "catalog.unknown_sku"), (5, "catalog.code_taken"), (6, "core.csv_out_of_range")
    ]  # fmt: skip
    assert counts(bring("packs", rows(), house)) == (5, 0, 0, 2, 3)
    assert counts(bring("packs", table("sku,code,qty", ("S1", "case", 10)), house))[2] == 1
    with tx():
        ids = service.sku_ids(["S1"])
        case, pallet = service.packs(ids.values())[ids["S1"]]
        assert (case.qty, case.weight_g, case.barcodes, pallet.qty) == (10, 900, ("C-1", "C-2"), 480)
        assert service.barcodes(ids.values())[ids["S1"]] == ["6901"]
        assert service.resolve("C-2", house, "pack").qty == 10


def test_bundles_come_from_a_file_whole_or_not_at_all(app, tx, house):
    put(tx, *(SkuFacts(code, code) for code in ("K1", "K2", "K3", "A", "B")))

    def rows():
        return table(
            "套装,组件,数量", ("K1", "A", 2), ("K1", "B", 1), ("K2", "A", 1), ("K2", "NONE", 1), ("K3", "K3", 1)
        )

    first = bring("bundles", rows(), house)
    assert (counts(first)[1], counts(first)[4]) == (1, 3)
    assert {code for _, _, code, _ in told(first)} == {"catalog.unknown_sku", "catalog.bundle_in_itself"}
    assert counts(bring("bundles", rows(), house))[1:4] == (0, 0, 1)
    with tx():
        ids = service.sku_ids(["K1", "K2"])
        assert service.components(ids.values()) == {ids["K1"]: [("A", 2), ("B", 1)], ids["K2"]: []}


def test_one_number_in_two_lengths_means_one_thing(app, tx, house):
    put(tx, SkuFacts("S1", "Apple", barcodes=("6901234567892",)))
    with pytest.raises(WmsError, match="code_taken"):
        put(tx, SkuFacts("S2", "Pear", barcodes=("06901234567892",)))
    with pytest.raises(WmsError, match="code_taken"):
        put(tx, SkuFacts("S3", "Plum", barcodes=("96385074",)), SkuFacts("S4", "Fig", barcodes=("00000096385074",)))
    assert list(known()) == ["S1"]


def test_owners_are_made_once(app, house, clerk):
    client = app.test_client()
    made = client.post("/api/v1/owners", json={"code": "ACME", "name": "Acme"}, headers=clerk)
    assert made.status_code == 201
    again = client.post("/api/v1/owners", json={"code": "ACME", "name": "Acme 2"}, headers=clerk)
    assert (again.status_code, again.json["code"]) == (409, "catalog.owner_exists")
    listed = client.get("/api/v1/owners", headers=clerk).json["items"]
    assert (listed[0]["id"], [(each["code"], each["name"]) for each in listed[1:]]) == (1, [("ACME", "Acme")])
    with pytest.raises(WmsError, match="unknown_owner"):
        service.owner_id("NONE")
    assert service.owner_id("ACME") == made.json["id"]
