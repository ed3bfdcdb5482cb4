"""Importing orders from CSV, plain or by a profile."""
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from wms.core.csvfile import Header, Reject, Row
from wms.core.error import WmsError
from wms.core.importing import Job, Outcome, chunked, importer
from wms.core.transaction import transaction
from wms.orders import intake, supply
from wms.orders.profile import Profile, load
from wms.orders.reading import Read, columns, sort


@importer("orders")
def import_orders(job: Job) -> None:
    """Orders with their lines; each is taken whole or not at all, and audited as it goes in.

    Options: `create_missing` makes the shop and SKUs that the file names; `stock` (a number, such as
    1 or 1.2) receives so many times the pieces that the file's new orders want, less what is free
    already; with both, bins are added where they run out. `shop` overrides the file's shop.
    """
    profile = load(job.profile)
    mapping = {**profile.mapping, **({"shop": f"={job.options['shop']}"} if job.options.get("shop") else {})}
    header = Header(job.file.header, columns(profile), {**mapping, **job.mapping})
    orders = _sorted(job, header, profile)
    if job.options.get("create_missing"):
        _create(job, orders, profile)
    if job.options.get("stock"):
        _stock(job, orders)
    job.put(chunked(orders, lambda order: len(order.rows)), lambda part: _take(job, part), lambda order: order.rows)


def _sorted(job: Job, header: Header, profile: Profile) -> list[Read]:
    poisoned: dict[tuple[str, str], int] = {}

    def unreadable(reject: Reject) -> None:
        key = (header.peek(reject.cells, "shop"), header.peek(reject.cells, "number"))
        poisoned.setdefault(key, reject.line)
        job.turn_away([reject])

    done = sort(job.rows(header, unreadable), profile, poisoned)
    job.turn_away(done.rejects)
    job.count(**done.counts)
    job.advance(done.aside)
    return done.orders


def _create(job: Job, orders: Sequence[Read], profile: Profile) -> None:
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for order in orders:
        for sku, name in order.names.items():
            names[sku][name] += 1
    # A SKU goes by the name that most of its orders use.
    usual = {sku: given.most_common(1)[0][0] for sku, given in sorted(names.items())}
    with transaction():
        for code in sorted({order.draft.shop for order in orders}):
            told = profile.shop if profile.shop.get("code") == code else {}
            job.count(shops_created=supply.ensure_shop(code, told))
    for part in chunked(usual):
        with transaction():
            job.count(skus_created=supply.ensure_skus({sku: usual[sku] for sku in part}))


def _stock(job: Job, orders: Sequence[Read]) -> None:
    times = _times(job.options["stock"])
    with transaction():
        drafts = [order.draft for order in orders if not order.draft.cancelled]
        new = [draft for draft, known in zip(drafts, intake.known(drafts), strict=True) if not known]
        counts = supply.stock_up(
            job.warehouse_id,
            supply.demand(new),
            times,
            build=bool(job.options.get("create_missing")),
            reference=job.file.name[:60],
            actor_id=job.actor_id,
        )
    job.count(**counts)


def _times(told: Any) -> Fraction:
    try:
        times = Fraction(str(told))
    except (ValueError, ZeroDivisionError):
        times = Fraction(0)
    if not 0 < times <= 1000:
        raise WmsError("core.invalid", fields=f"stock: {told}")
    return times


def _take(job: Job, orders: list[Read]) -> Outcome:
    taken = intake.take(job.warehouse_id, [order.draft for order in orders])
    outcome = Outcome(_counts(orders, taken))
    for place, refusals in taken.refused.items():
        outcome.rejects += _rejects(orders[place], refusals)
    return outcome


def _counts(orders: Sequence[Read], taken: intake.Taken) -> Counter[str]:
    counts = Counter(
        created=len(taken.created),
        updated=len(taken.updated),
        unchanged=len(taken.unchanged),
        lines=sum(len(orders[place].draft.lines) for place in [*taken.created, *taken.updated, *taken.unchanged]),
        cancelled=taken.cancelled,
        confirmed=len(taken.audited.confirmed),
        held=len(taken.audited.held),
    )
    for problems in taken.audited.held.values():
        counts[f"held_{problems[0].code}"] += 1
    return counts


def _rejects(order: Read, refusals: Sequence[intake.Refused]) -> list[Reject]:
    """The rows that an order was refused for, with their reason; its other rows stay out with them."""
    blamed: dict[int, Reject] = {}
    for refusal in refusals:
        rows = [order.keys[refusal.line_key]] if refusal.line_key else order.rows
        for row in rows:
            blamed[row.line] = _reject(row, refusal)
    first = min(blamed)
    return [blamed.get(row.line) or row.reject("", "orders.order_incomplete", line=first) for row in order.rows]


def _reject(row: Row, refusal: intake.Refused) -> Reject:
    column = "sku" if refusal.line_key else "shop" if refusal.code == "orders.unknown_shop" else "number"
    return row.reject(column, refusal.code, **refusal.params)
