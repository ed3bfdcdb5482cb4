"""Where parcels are after they have left: asked for, or told by carriers, into one set of states."""
from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Any

import structlog
from sqlalchemy import bindparam, select, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.orders.models import Order
from wms.packing.models import Parcel
from wms.shipping import accounts, tracks, troubles
from wms.shipping.carriers import (
    Account,
    Answer,
    CarrierBusyError,
    CarrierRefusedError,
    ForgedError,
    Scanned,
    Teller,
    Traced,
    Tracker,
    plugin,
)
from wms.shipping.events import ParcelSeen
from wms.shipping.models import Carrier, Manifest, ParcelTrack, TrackScan, Waybill

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
AFTER_ABORT = timedelta(minutes=30)  # 快递100 wants no new subscription before
PUSH_TOKEN = "push_token"  # noqa: S105 - the name of a secret
MOST_TRIES = 5  # to be told; afterwards it is only asked for
LONG = 500

_BEGIN = text(
    """
    INSERT INTO parcel_track (waybill_id, warehouse_id, by_carrier_id, left_at, ask_at, watch_at, tries, trouble)
    SELECT w.id, :warehouse_id, :by, :at, :ask_at, :watch_at, 0, ''
    FROM manifest_parcel m JOIN waybill w ON w.parcel_id = m.parcel_id AND w.status = 'issued'
    WHERE m.manifest_id = :manifest_id ORDER BY w.id
    ON CONFLICT DO NOTHING
    """
)


def begin(manifest_id: int) -> None:
    """The parcels of a manifest have left: those of which somebody can say where they are, are followed."""
    manifest = db.session.get_one(Manifest, manifest_id)
    by = _tracker(db.session.get_one(Carrier, manifest.carrier_id))
    if by is None:
        return
    at, tells = now(), isinstance(plugin(by.plugin), Teller) and bool(by.settings.get("callback"))
    values = {"warehouse_id": manifest.warehouse_id, "manifest_id": manifest_id, "by": by.id, "at": at}
    watch_at = at if tells else None
    db.session.execute(
        _BEGIN, {**values, "ask_at": tracks.ask_again(None, at, at, told=tells), "watch_at": watch_at}
    )


def _tracker(carrier: Carrier) -> Carrier | None:
    """The account that is asked about this carrier's parcels: the one that its setting `tracker` names, or itself."""
    code = carrier.settings.get("tracker")
    if code:
        wanted = select(Carrier).where(Carrier.code == str(code), Carrier.active)
        carrier = db.session.execute(wanted).scalar_one_or_none() or carrier
    return carrier if isinstance(plugin(carrier.plugin), Tracker) else None


@dataclass(frozen=True)
class Question:
    """A parcel that somebody is to be asked about, or asked to tell about (`watch`)."""

    waybill_id: int
    watch: bool
    number: str
    com: str
    phone: str
    speaks: Tracker
    account: Account


@dataclass(frozen=True)
class Reply:
    """What came of it: `traced`, or why nothing did; `again`: it may be asked again."""

    question: Question
    traced: Traced | None = None
    trouble: str = ""
    again: bool = True


_DUE = text(
    """
    WITH due AS (
        SELECT waybill_id, watch_at <= :at AS watch FROM parcel_track
        WHERE ask_at <= :at OR watch_at <= :at
        ORDER BY least(ask_at, watch_at) LIMIT :most FOR UPDATE SKIP LOCKED
    ), claimed AS (
        UPDATE parcel_track t SET
            ask_at = CASE WHEN due.watch IS TRUE THEN t.ask_at ELSE :until END,
            watch_at = CASE WHEN due.watch IS TRUE THEN :until ELSE t.watch_at END
        FROM due WHERE t.waybill_id = due.waybill_id RETURNING t.waybill_id, t.by_carrier_id, due.watch IS TRUE AS watch
    )
    SELECT d.waybill_id, d.by_carrier_id, d.watch, w.number, w.carrier_id, o.phone
    FROM claimed d JOIN waybill w ON w.id = d.waybill_id JOIN parcel p ON p.id = w.parcel_id
    JOIN sales_order o ON o.id = p.order_id ORDER BY d.waybill_id
    """
).columns(phone=Order.phone.type)


def due(most: int) -> list[Question]:
    """Parcels that are to be asked about now, ours for a while."""
    at = now()
    rows = db.session.execute(_DUE, {"at": at, "until": at + LEASE, "most": most}).all()
    carriers = {each.id: each for each in db.session.execute(select(Carrier)).scalars()} if rows else {}
    found = []
    for row in rows:
        by, of = carriers[row.by_carrier_id], carriers[row.carrier_id]
        speaks = plugin(by.plugin)
        try:
            account = accounts.account(by)
        except WmsError:
            continue  # asked again after the lease; the account's page says what is wrong
        if isinstance(speaks, Tracker):
            com = str(of.settings.get("tracker_com") or "")
            found.append(Question(row.waybill_id, row.watch, row.number, com, row.phone, speaks, account))
    return found


def put(question: Question) -> Reply:
    """Ask, outside of any transaction."""
    about = (question.account, question.number, question.com, question.phone)
    try:
        if question.watch and isinstance(question.speaks, Teller):
            question.speaks.watch(*about)
            return Reply(question, again=False)
        return Reply(question, question.speaks.trace(*about))
    except CarrierRefusedError as error:
        return Reply(question, trouble=str(error), again=error.why == "account")
    except CarrierBusyError as error:
        return Reply(question, trouble=str(error))
    except Exception as error:
        return Reply(question, trouble=f"{type(error).__name__} {error}")


def settle(replies: Sequence[Reply]) -> None:
    """Store what came of questions, in the sequence of waybills."""
    for reply in sorted(replies, key=lambda each: each.question.waybill_id):
        track = _locked(reply.question.waybill_id)
        track.trouble = reply.trouble[:LONG]
        if reply.question.watch:
            _watched(track, reply)
            continue
        if reply.traced is not None:
            _hear(track, reply.traced, "poll")
        soon = now() + timedelta(minutes=30) if reply.trouble else None
        following = tracks.ask_again(track.state, track.left_at, now(), told=_is_told(track))
        track.ask_at = following and (soon or following)
    db.session.flush()


def _watched(track: ParcelTrack, reply: Reply) -> None:
    """It will be told; or it is tried some more times, and asked for as others are."""
    track.tries += 1
    waits = reply.again and track.tries < MOST_TRIES
    track.watch_at = now() + AFTER_ABORT if waits else None
    if reply.trouble and not waits:
        track.ask_at = now()


def _is_told(track: ParcelTrack) -> bool:
    """Whether anything was told of it lately by itself."""
    return track.told_at is not None and now() - track.told_at < timedelta(hours=24)


def told(code: str, body: bytes, token: str = "") -> Answer:
    """A carrier's message: verified, stored, and only then acknowledged. It opens no transaction of its own. `token` is
    what stood at our address, for a carrier that does not sign.

    Raises `core.not_found` for an account that is none, or whose carrier does not tell.
    """
    carrier = accounts.by_code(code)
    speaks = plugin(carrier.plugin)
    if not isinstance(speaks, Teller):
        raise WmsError("core.not_found", thing="carrier", key=code)
    account = accounts.account(carrier)
    try:
        if PUSH_TOKEN in speaks.secrets and not compare_digest(account.secret(PUSH_TOKEN).encode(), token.encode()):
            raise ForgedError
        messages = speaks.told(account, body)
    except (ForgedError, CarrierRefusedError):  # the latter: there is nothing to verify it with
        log.warning("carrier_message_forged", carrier=code, bytes=len(body))
        return speaks.answer(account, False)
    numbers = sorted({each.number for each in messages})
    tracks_of = {number: _find(carrier.id, number) for number in numbers}
    for each in messages:
        waybill_id = tracks_of[each.number]
        if waybill_id is None:
            log.info("carrier_message_unknown", carrier=code, number=each.number)
            continue
        track = _locked(waybill_id)
        track.told_at = now()
        if each.again and track.state not in tracks.FINAL and track.tries < MOST_TRIES:
            track.watch_at = now() + AFTER_ABORT
        _hear(track, each, "push")
    return speaks.answer(account, True)


def _find(carrier_id: int, number: str) -> int | None:
    wanted = select(ParcelTrack.waybill_id).join(Waybill, Waybill.id == ParcelTrack.waybill_id)
    mine = wanted.where(Waybill.number == number, ParcelTrack.by_carrier_id == carrier_id)
    return db.session.execute(mine.order_by(ParcelTrack.left_at.desc()).limit(1)).scalar()


def _locked(waybill_id: int) -> ParcelTrack:
    wanted = select(ParcelTrack).where(ParcelTrack.waybill_id == waybill_id).with_for_update()
    return db.session.execute(wanted.execution_options(populate_existing=True)).scalar_one()


# Told again as the last scan of others, it may say less than it did.
_KEEP = text(
    """
    INSERT INTO track_scan (waybill_id, at, state, text, place, source, digest, told_at)
    VALUES (:waybill_id, :at, :state, :text, :place, :source, :digest, :told_at)
    ON CONFLICT (waybill_id, digest) DO UPDATE SET state = excluded.state
        WHERE track_scan.state = 'in_transit' AND excluded.state <> 'in_transit'
    """
).bindparams(bindparam("text", type_=TrackScan.text.type))


def _hear(track: ParcelTrack, traced: Traced, source: str) -> None:
    """Keep what is new, and see where the parcel is by all that is known."""
    waybill = db.session.get_one(Waybill, track.waybill_id)
    for each in tracks.of_this_parcel(traced.scans, waybill.asked_at, now()):
        digest = hashlib.sha256(f"{each.at.timestamp():.0f}\n{each.text}".encode()).digest()
        values = {"at": each.at, "state": each.state, "text": each.text[:LONG], "place": each.place[:LONG]}
        more = {"waybill_id": track.waybill_id, "source": source, "digest": digest, "told_at": now()}
        db.session.execute(_KEEP, {**values, **more})
    _stand(track, waybill)


def _stand(track: ParcelTrack, waybill: Waybill) -> None:
    before, seen = track.state, track.seen_at
    scans = _scans(track.waybill_id)
    found = tracks.stand(scans)
    track.state, track.state_at, track.seen_at = found.state, found.state_at, found.seen_at
    track.signed_at = found.signed_at
    if found.state in tracks.FINAL:
        track.ask_at = track.watch_at = None
    db.session.flush()
    parcel = db.session.get_one(Parcel, waybill.parcel_id)
    if found.seen_at != seen:
        troubles.over([parcel], troubles.UNSEEN)
    if found.state == before or found.state is None:
        return
    publish(ParcelSeen(track.warehouse_id, parcel.id, parcel.order_id, waybill.number or "", found.state))
    if found.state == "signed":
        troubles.over([parcel])
    reason = tracks.TROUBLE.get(found.state)
    if reason is not None:
        last = next((each.text for each in scans if each.state == found.state), "")
        troubles.report(parcel, reason, last)


def _scans(waybill_id: int) -> list[Scanned]:
    its = select(TrackScan).where(TrackScan.waybill_id == waybill_id).order_by(TrackScan.at.desc(), TrackScan.id.desc())
    return [Scanned(row.at, row.state, row.text, row.place) for row in db.session.execute(its).scalars()]


def history(warehouse_id: int, code: str) -> list[dict[str, Any]]:
    """The tracks of a parcel, by its number or a waybill's: newest scan first. Empty where nothing is followed."""
    wanted = (
        select(ParcelTrack, Waybill.number, Parcel.number.label("parcel"), Carrier.code)
        .join(Waybill, Waybill.id == ParcelTrack.waybill_id)
        .join(Parcel, Parcel.id == Waybill.parcel_id)
        .join(Carrier, Carrier.id == Waybill.carrier_id)
        .where(ParcelTrack.warehouse_id == warehouse_id, (Parcel.number == code) | (Waybill.number == code))
        .order_by(ParcelTrack.left_at.desc())
    )
    return [
        {
            "parcel": row.parcel, "waybill": row.number, "carrier": row.code, "state": row.ParcelTrack.state,
            "state_at": row.ParcelTrack.state_at, "left_at": row.ParcelTrack.left_at,
            "signed_at": row.ParcelTrack.signed_at, "trouble": row.ParcelTrack.trouble,
            "scans": [
                {"at": each.at, "state": each.state, "text": each.text, "place": each.place}
                for each in _scans(row.ParcelTrack.waybill_id)
            ],
        }
        for row in db.session.execute(wanted)
    ]  # fmt: skip


# One that a supervisor has cleared is not shown again before there are news of it.
_WRONG = text(
    """
    WITH wrong AS (
        SELECT p.id, 'not_collected' AS reason, t.left_at AS since FROM parcel_track t
        JOIN waybill w ON w.id = t.waybill_id JOIN parcel p ON p.id = w.parcel_id
        WHERE t.state IS NULL AND t.left_at < :collected AND t.left_at > :forgotten
        UNION ALL
        SELECT p.id, 'stale', t.seen_at FROM parcel_track t
        JOIN waybill w ON w.id = t.waybill_id JOIN parcel p ON p.id = w.parcel_id
        JOIN carrier c ON c.id = w.carrier_id
        WHERE t.state IN ('in_transit', 'out_for_delivery') AND t.left_at > :forgotten AND t.seen_at < CASE
            WHEN c.settings->>'stale_hours' ~ '^[1-9][0-9]{0,2}$'
            THEN cast(:at AS timestamptz) - (c.settings->>'stale_hours')::int * interval '1 hour' ELSE :seen END
        UNION ALL
        SELECT p.id, 'no_number', w.asked_at FROM waybill w JOIN parcel p ON p.id = w.parcel_id
        WHERE w.status = 'asked' AND w.ask_at IS NOT NULL AND w.asked_at < :asked
    )
    SELECT wrong.id, wrong.reason, wrong.since FROM wrong JOIN parcel p ON p.id = wrong.id
    WHERE NOT EXISTS (
        SELECT FROM problem r WHERE r.warehouse_id = p.warehouse_id AND r.about = 'shipment' AND r.label = p.number
          AND r.reason = wrong.reason AND (r.status = 'open' OR r.cleared_at > wrong.since)
    )
    ORDER BY wrong.since LIMIT :most
    """
)


def find_stale(most: int = 500) -> int:
    """Parcels that wait for a number, were not collected, or were not seen for too long, become problems."""
    at = now()
    limits = {
        "collected": at - tracks.NOT_COLLECTED, "seen": at - tracks.STALE, "asked": at - tracks.NO_NUMBER,
        "forgotten": at - tracks.FORGOTTEN, "most": most, "at": at,
    }  # fmt: skip
    rows = db.session.execute(_WRONG, limits).all()
    for row in rows:
        troubles.report(db.session.get_one(Parcel, row.id), row.reason, f"since {row.since:%Y-%m-%d %H:%M} UTC")
    return len(rows)


_TIMES = text(
    """
    SELECT c.code AS carrier, c.name, CASE WHEN :by_province THEN o.province ELSE '' END AS province,
           count(*) AS parcels, count(t.signed_at) AS signed,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) AS median_h,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY hours) AS p90_h,
           count(*) FILTER (WHERE hours <= 48) AS within_48_h, count(*) FILTER (WHERE hours <= 72) AS within_72_h,
           count(*) FILTER (WHERE t.state = 'refused') AS refused,
           count(*) FILTER (WHERE t.state = 'returned') AS returned,
           count(*) FILTER (WHERE t.state = 'problem') AS problem,
           count(*) FILTER (WHERE coalesce(hours, waited) > coalesce(x.said, :usual)) AS late,
           count(*) FILTER (WHERE troubled) AS troubled, avg(x.price)::numeric(14, 2)::text AS cost
    FROM parcel_track t JOIN waybill w ON w.id = t.waybill_id JOIN carrier c ON c.id = w.carrier_id
    JOIN parcel p ON p.id = w.parcel_id JOIN sales_order o ON o.id = p.order_id
    LEFT JOIN (SELECT order_id, carrier_id, price, hours AS said FROM carrier_choice) AS x
      ON x.order_id = o.id AND x.carrier_id = w.carrier_id
    CROSS JOIN LATERAL (
        SELECT extract(epoch FROM t.signed_at - t.left_at) / 3600.0 AS hours,
               extract(epoch FROM cast(:until AS timestamptz) - t.left_at) / 3600.0 AS waited,
               EXISTS (
                   SELECT FROM track_scan s
                   WHERE s.waybill_id = t.waybill_id AND s.state IN ('problem', 'refused', 'returned')
               ) AS troubled
    ) AS took
    WHERE t.warehouse_id = :warehouse_id AND t.left_at >= :since AND t.left_at < :until
    GROUP BY 1, 2, 3 ORDER BY 1, 3
    """
)


def delivery_times(warehouse_id: int, days: int, *, by_province: bool = False) -> list[dict[str, Any]]:
    """How long each carrier's parcels of the last days really took, from the truck to the signature, in hours.

    `late`: longer than its price table says, or than 72 hours where that says nothing; those that are not signed for
    yet count by how long they are under way. `troubled`: there was ever a problem with them, or they came back. `cost`:
    what one cost on average, by the price tables; None where none was chosen.
    """
    at = now()
    asked = {"warehouse_id": warehouse_id, "since": at - timedelta(days=days), "until": at, "by_province": by_province}
    asked["usual"] = tracks.STALE.total_seconds() / 3600
    rounded = ("median_h", "p90_h")
    return [
        {key: round(float(value), 1) if key in rounded and value is not None else value for key, value in row.items()}
        for row in (dict(found._mapping) for found in db.session.execute(_TIMES, asked))
    ]
