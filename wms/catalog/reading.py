"""The one barcode reader: what a code stands for, and everything else that its label says."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, Text, any_, cast, select, union

from wms.catalog import gs1
from wms.catalog.gs1 import Label, Unreadable
from wms.catalog.models import Barcode, Packaging, Sku
from wms.core import resolve as core_resolve
from wms.core.error import WmsError
from wms.core.resolve import CODES, Found, Parameter, found, resolver

GOODS = ("sku", "pack")
_SAID = (
    "gtin", "sscc", "lot", "serial", "expires_on", "produced_on", "count", "weight_g", "lot_uncertain",
    "serial_uncertain",
)  # fmt: skip

core_resolve.spelling(gs1.spellings)


@resolver("sku")
def _skus(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    ids = union(
        select(Barcode.sku_id.label("id")).where(Barcode.code == any_(CODES), Barcode.packaging_id.is_(None)),
        select(Sku.id).where(Sku.code == code),
    ).subquery()
    return found("sku", Sku.id, Sku.code, Sku.name, sku_id=Sku.id).join(ids, ids.c.id == Sku.id)


@resolver("pack")
def _packs(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    label = Sku.name + " × " + cast(Packaging.qty, Text)
    return (
        found("pack", Packaging.id, Sku.code, label, sku_id=Packaging.sku_id, qty=Packaging.qty)
        .join(Barcode, Barcode.packaging_id == Packaging.id)
        .join(Sku, Sku.id == Packaging.sku_id)
        .where(Barcode.code == any_(CODES))
    )


@dataclass(frozen=True)
class Scan:
    """What one scan says. `code` is what was read; `found` the thing it stands for.

    `found` is None for a label that names no thing of ours: an SSCC that is new here (`sscc`), or lot, serial and
    dates alone, the second barcode of many a carton. The label of a pallet that names its contents too gives the
    goods as `found`, and the pallet by its `sscc` and, when it is known here, `container`. `count` is how many
    packs or pieces the label says, None when it does not. With `lot_uncertain` (`serial_uncertain`) the lot
    (serial) must be asked for: a separator is missing, and `doubtful` is the text in which it is hidden.
    """

    code: str
    found: Found | None = None
    gtin: str = ""
    sscc: str = ""
    lot: str = ""
    serial: str = ""
    expires_on: date | None = None
    produced_on: date | None = None
    count: int | None = None
    weight_g: int | None = None
    lot_uncertain: bool = False
    serial_uncertain: bool = False
    doubtful: str = ""
    container: Found | None = None

    @property
    def kind(self) -> str:
        """sku, pack, bin, tote, …; without a thing, `container` for a new SSCC and `lot` for a label of dates."""
        if self.found is not None:
            return self.found.kind
        return "container" if self.sscc else "lot"

    @property
    def sku_id(self) -> int | None:
        """Of goods (sku, pack, lot, serial), which."""
        return self.found.sku_id if self.found else None

    @property
    def packaging_id(self) -> int | None:
        return self.found.id if self.found is not None and self.found.kind == "pack" else None

    @property
    def container_id(self) -> int | None:
        return self.container.id if self.container else None

    @property
    def pack_qty(self) -> int:
        """Base units of one pack; 1 for a single piece."""
        return self.found.qty if self.found else 1

    @property
    def qty(self) -> int:
        """Base units that this one scan stands for."""
        return self.pack_qty * (self.count or 1)


def resolve(code: str, warehouse_id: int, *kinds: str) -> Found:
    """What a scanned code stands for, among things of these kinds or families (none given: of any kind).

    Raises `catalog.unknown_code` (404), `catalog.ambiguous_code` (409) when several things carry it, and
    `catalog.expected_<kind>` (409, of the first kind asked for) when it is something of another kind;
    `catalog.expected_piece` (409) when a pack was scanned where only single pieces are taken.
    """
    return _one(core_resolve.resolve(code, warehouse_id), core_resolve.clean(code), kinds)


def read(code: str, warehouse_id: int, *kinds: str) -> Scan:
    """What one scan says: the thing, and of a GS1 label its lot, dates, serial, count and weight too.

    `kinds` as for `resolve`, which this raises as. Besides, `catalog.unknown_gtin` (404) for a trade item that no
    barcode has, `catalog.unknown_sscc` (404) unless a `container` may be one that is new here, and
    `catalog.bad_label` (422) for an element string that breaks the standard, when it means nothing else.
    """
    scanned = core_resolve.clean(code)
    things = core_resolve.resolve(code, warehouse_id)
    label = _label(scanned, things)
    if label is None:
        plain = _one(things, scanned, kinds)
        return Scan(scanned, plain, container=plain if plain.family == "container" else None)
    thing = _named_by(label, things, scanned, kinds)
    container = next((each for each in things if each.family == "container"), None)
    said = {name: getattr(label, name) for name in _SAID}
    return Scan(scanned, thing, **said, doubtful=" ".join(label.doubtful.values()), container=container)


def label_of(code: str) -> Label | None:
    """What a GS1 label says, whatever it stands for; None for a code that is none, or that nobody can read."""
    return gs1.readable(core_resolve.clean(code))


def _label(scanned: str, things: list[Found]) -> Label | None:
    """What the code says as a GS1 label; None when it is none, or means something that has no such label."""
    if things and not any(each.kind in GOODS or each.family == "container" for each in things):
        return None
    try:
        return gs1.parse(scanned)
    except Unreadable as fault:
        if things:
            return None
        raise WmsError("catalog.bad_label", scanned=scanned, ai=fault.ai) from None


def _named_by(label: Label, things: list[Found], scanned: str, kinds: tuple[str, ...]) -> Found | None:
    """What a label names: its goods where it names some, else its container; None when it need name nothing."""
    goods = [each for each in things if each.family != "container"]
    wants_goods = not kinds or any(kind in GOODS for kind in kinds)
    if label.gtin and not goods and (wants_goods or not label.sscc):
        raise WmsError("catalog.unknown_gtin", gtin=label.gtin, scanned=scanned)
    if things:
        return _one(goods if goods and wants_goods else things, scanned, kinds)
    if label.sscc and kinds and "container" not in kinds:
        raise WmsError("catalog.unknown_sscc", sscc=label.sscc)
    if not label.sscc and kinds and "lot" not in kinds:
        raise WmsError(f"catalog.expected_{kinds[0]}", scanned=scanned, kind="lot", label=scanned)
    return None


def _one(things: list[Found], scanned: str, kinds: tuple[str, ...]) -> Found:
    if not things:
        raise WmsError("catalog.unknown_code", scanned=scanned)
    fitting = [each for each in things if not kinds or each.is_one_of(kinds)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        named = [{"say": f"catalog.thing.{_word(each)}", "label": each.label} for each in fitting]
        raise WmsError("catalog.ambiguous_code", scanned=scanned, things=named)
    other = things[0]
    asked = "piece" if kinds[0] == "sku" and other.kind == "pack" else kinds[0]
    raise WmsError(f"catalog.expected_{asked}", scanned=scanned, kind=other.kind, label=other.label, id=other.id)


WORDS = (
    "sku", "pack", "lot", "serial", "bin", "station", "tote", "pallet", "box", "container", "parcel", "cart", "person",
    "order", "waybill", "receipt",
)  # fmt: skip


def _word(thing: Found) -> str:
    """The word for a thing: of its kind, of its family, or `thing`."""
    return next((word for word in (thing.kind, thing.family) if word in WORDS), "thing")
