"""What the printing endpoints take and give."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from printers import DOCUMENTS
from wms.core.bounds import LARGEST
from wms.core.fields import Code, Filled, Id
from wms.printing.rules import FASTEST, LABELS, MOST_COPIES, MOST_TOTES


class Again(Schema):
    job_id = Id(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 200))


class Resolve(Schema):
    job_id = Id(required=True)
    came_out = fields.Boolean(required=True)


class LabelScan(Schema):
    code = Code(required=True)


class LabelPrint(LabelScan):
    """`station` is the code of one of the places that were offered."""

    station = fields.String(required=True, validate=validate.Length(1, 60))
    copies = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, MOST_COPIES))


class JobsQuery(Schema):
    parcel = fields.String(required=True, validate=validate.Length(1, 64))


class Job(Schema):
    """A print job; `parcel` is the number of the parcel it belongs to, `code` what is scanned off a waybill. One of a
    run is the `place`-th of so many."""

    id = fields.Integer()
    document = fields.String()
    status = fields.String()
    reason = fields.String(allow_none=True)
    printer = fields.String(allow_none=True)
    parcel = fields.String()
    place = fields.Integer(allow_none=True)
    of = fields.Integer(allow_none=True)
    code = fields.String(allow_none=True)
    copy = fields.Integer()
    confirmation = fields.String(allow_none=True)
    parent_id = fields.Integer(allow_none=True)
    asked_at = fields.String()


class PrinterCode(fields.String):
    """What a printer is called, by the service or by its agent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Regexp(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}\Z"), **kwargs)


class PrinterState(Schema):
    code = fields.String()
    name = fields.String()
    language = fields.String()
    virtual = fields.Boolean()
    status = fields.String()
    reasons = fields.List(fields.String())
    waiting = fields.Integer()


class Label(Schema):
    sequence = fields.Integer()
    url = fields.String()
    at = fields.String()


class VirtualPrinterState(Schema):
    code = fields.String()
    name = fields.String()
    language = fields.String()
    power = fields.Boolean()
    faults = fields.List(fields.String())
    labels = fields.List(fields.Nested(Label))


class Pretend(Schema):
    """Power and faults, as `printers.virtual` has them: paper_out, head_open, ribbon_out, paused, cutter, deaf, hang,
    slow, paper_out:N, ribbon_out:N, bytes_per_s:N, labels_per_min:N, disconnect:N."""

    power = fields.Boolean(load_default=None, allow_none=True)
    faults = fields.List(fields.String(), load_default=None, allow_none=True)


class LabelSelection(Schema):
    """Bins as `POST /bins/edit` takes them: `ids`, or `first` and `last`, `zone`, `aisle`, `side`, `bay`, `level`."""

    ids = fields.List(Id(), validate=validate.Length(max=20_000))
    first = fields.String(validate=validate.Length(max=60))
    last = fields.String(validate=validate.Length(max=60))
    zone = fields.String(validate=validate.Length(max=40))
    aisle = fields.Integer(strict=True, validate=validate.Range(0, 999))
    side = fields.String(validate=validate.OneOf(("L", "R")))
    bay = fields.Integer(strict=True, validate=validate.Range(0, 9999))
    level = fields.Integer(strict=True, validate=validate.Range(0, 99))


class LabelKind(Schema):
    document = fields.String(load_default="bin_label", validate=validate.OneOf(LABELS))


class LabelsAsked(LabelKind):
    """`station` is the code of the one whose printer is to print them."""

    station = fields.String(required=True, validate=validate.Length(1, 60))
    which = fields.Nested(LabelSelection, required=True)


class NewTotes(Schema):
    """So many totes with numbers of our own, and the station whose printer prints their labels."""

    station = fields.String(required=True, validate=validate.Length(1, 60))
    count = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_TOTES))


class Doubt(Schema):
    """A label of which nobody knows whether it came out; `code` is what is scanned off it."""

    job_id = fields.Integer()
    place = fields.Integer()
    of = fields.Integer()
    code = fields.String()
    parcel = fields.String()


class LabelRunView(Schema):
    """Labels asked for together. `reason` is what keeps the printer from printing those that wait."""

    id = fields.Integer()
    document = fields.String()
    scope = fields.String()
    labels = fields.Integer()
    station = fields.String()
    printer = fields.String(allow_none=True)
    asked_at = fields.String()
    printed = fields.Integer()
    waiting = fields.Integer()
    failed = fields.Integer()
    uncertain = fields.Integer()
    doubts = fields.List(fields.Nested(Doubt))
    cancelled = fields.Integer()
    reason = fields.String(allow_none=True)


class LabelStation(Schema):
    """`bin_label`, `rack_label` and `tote_label` are the codes of the printers that print these here, null where none
    does."""

    code = fields.String()
    name = fields.String()
    bin_label = fields.String(allow_none=True)
    rack_label = fields.String(allow_none=True)
    tote_label = fields.String(allow_none=True)


# ---- printers, and what is printed where

class PrinterFacts(Schema):
    """`address` is host:port, or the name of a queue of the server. `must_answer` False: a printer that never says how
    it is, whose labels end without proof. `rate`: labels a minute at most, null for as many as it takes. `profile` is
    the key of one of the `models` of the set-up, "" for any other."""

    name = fields.String(validate=[Filled, validate.Length(1, 80)])
    language = fields.String(validate=validate.OneOf(("zpl", "escpos")))
    transport = fields.String(validate=validate.OneOf(("tcp", "os_queue")))
    address = fields.String(validate=[Filled, validate.Length(1, 200)])
    dpi = fields.Integer(strict=True, validate=validate.OneOf((203, 300, 600)))
    must_answer = fields.Boolean()
    rate = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, FASTEST))
    profile = fields.String(validate=validate.Length(max=60))


class PrinterChange(PrinterFacts):
    active = fields.Boolean()


class NewPrinter(PrinterFacts):
    code = PrinterCode(required=True)
    name = fields.String(required=True, validate=[Filled, validate.Length(1, 80)])
    language = fields.String(required=True, validate=validate.OneOf(("zpl", "escpos")))
    address = fields.String(required=True, validate=[Filled, validate.Length(1, 200)])


class PrinterSetting(PrinterState):
    """A printer with all that is set of it; `since`: when its status last changed."""

    transport = fields.String()
    address = fields.String()
    dpi = fields.Integer()
    active = fields.Boolean()
    must_answer = fields.Boolean()
    rate = fields.Integer(allow_none=True)
    profile = fields.String()
    since = fields.String(allow_none=True)


class Way(Schema):
    """A printer and what lies in it."""

    printer = fields.String(required=True, validate=validate.Length(1, 64))
    media = fields.String(required=True, validate=validate.Length(1, 40))


class Route(Schema):
    """What a document of a station is printed on, the first printer first; the next takes over while one is switched
    off."""

    station = fields.String(required=True, validate=validate.Length(1, 60))
    document = fields.String(required=True, validate=validate.OneOf(sorted(DOCUMENTS)))
    ways = fields.List(fields.Nested(Way), required=True, validate=validate.Length(max=9))


class PlaceOfPrinters(Schema):
    code = fields.String()
    name = fields.String()


class PrintedDocument(Schema):
    """`media`: what it can be printed on; `usual`: what it is printed on where nothing is said."""

    name = fields.String()
    media = fields.List(fields.String())
    usual = fields.String()


class PrinterModel(Schema):
    """A model of which more is known than its language."""

    key = fields.String()
    name = fields.String()
    language = fields.String()


class PrinterSetup(Schema):
    """`networks`: where printers may be; `suggested`: parts of them to look through."""

    printers = fields.List(fields.Nested(PrinterSetting))
    stations = fields.List(fields.Nested(PlaceOfPrinters))
    routes = fields.List(fields.Nested(Route))
    documents = fields.List(fields.Nested(PrintedDocument))
    models = fields.List(fields.Nested(PrinterModel))
    networks = fields.List(fields.String())
    suggested = fields.List(fields.String())


class LookFor(Schema):
    """Addresses of `network` (10.0.3.0/24) from the `start`-th on."""

    network = fields.String(required=True, validate=validate.Length(1, 64))
    start = fields.Integer(load_default=0, validate=validate.Range(0, LARGEST))


class FoundPrinter(Schema):
    """`language` none: something listens there that did not say what it is. `dpi` 0: it did not tell. `profile`: the
    key of the model it says it is, "" for one that is not known."""

    address = fields.String()
    language = fields.String()
    model = fields.String()
    dpi = fields.Integer()
    profile = fields.String()


class FoundPrinters(Schema):
    """`next` is the `start` of the following question, null when all `of` were `looked` at."""

    found = fields.List(fields.Nested(FoundPrinter))
    looked = fields.Integer()
    of = fields.Integer()
    next = fields.Integer(allow_none=True)


class Queues(Schema):
    """The print queues of the server; null where it has no print system."""

    queues = fields.List(fields.String(), allow_none=True)


class CameOut(Schema):
    came_out = fields.Boolean(required=True)


# ---- runs

class VoidLabel(Schema):
    """A label that came out and is to be thrown away."""

    place = fields.Integer()
    code = fields.String()


class PrintRunView(Schema):
    """Documents printed one after the other. `out`, `waiting`, `doubt`, `failed` and `stopped` are labels, each counted
    once; `next` is the place it goes on with. `state`: making, printing, stopped or done; `stopped_by`: doubt, person.
    """

    id = fields.Integer()
    title = fields.String()
    source = fields.String()
    document = fields.String()
    way = fields.String()
    station = fields.String()
    printer = fields.String(allow_none=True)
    labels = fields.Integer()
    made = fields.Integer()
    skipped = fields.Integer()
    out = fields.Integer()
    waiting = fields.Integer()
    doubt = fields.Integer()
    failed = fields.Integer()
    stopped = fields.Integer()
    state = fields.String()
    stopped_by = fields.String(allow_none=True)
    next = fields.Integer(allow_none=True)
    doubts = fields.List(fields.Nested(Doubt))
    void = fields.List(fields.Nested(VoidLabel))
    reason = fields.String(allow_none=True)
    asked_at = fields.String()
