"""The roads of the demo's virtual carriers: what left on a truck is collected, delivered and signed for in minutes."""
from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

import requests
from sqlalchemy import select

from wms.core.china import beijing
from wms.core.clock import now
from wms.core.transaction import transaction
from wms.orders.models import Order
from wms.packing.models import Parcel
from wms.shipping.carriers.kuaidi100 import push_sign
from wms.shipping.carriers.standins import StandIns
from wms.shipping.carriers.wire import compact
from wms.shipping.models import Carrier, ParcelTrack, Waybill

SLOW = 12  # one in so many parcels has trouble on its way
PATIENCE_S = 10
# Seconds after it left, how SF and 快递100 call it, and what is said: {city} is where it goes.
Step = tuple[int, str, str, str]
USUAL: Sequence[Step] = (
    (15, "50", "揽收", "已揽收 collected"), (60, "30", "在途", "已到达分拨中心 at the sorting centre"),
    (120, "44", "派件", "正在派送，{city} out for delivery"), (240, "80", "签收", "已签收 signed for"),
)  # fmt: skip
TROUBLED: Sequence[Step] = (
    *USUAL[:3], (180, "70", "疑难", "收件人不在，明日再送 nobody at home, again later"),
    (420, "80", "签收", "已签收 signed for"),
)  # fmt: skip
STATES = {"揽收": "1", "在途": "0", "派件": "5", "签收": "3", "疑难": "2"}


@dataclass(frozen=True)
class Travelling:
    """A parcel that is followed: by which account, since when, and when it was seen last."""

    number: str
    account: str
    plugin: str
    city: str
    left_at: datetime
    seen_at: datetime | None

    def scans(self) -> list[tuple[datetime, Step]]:
        """What has been scanned of it by now, the newest first."""
        steps = TROUBLED if zlib.crc32(self.number.encode()) % SLOW == 0 else USUAL
        due = [(self.left_at + timedelta(seconds=step[0]), step) for step in steps]
        return [one for one in reversed(due) if one[0] <= now()]


def travelling() -> list[Travelling]:
    """The parcels that are not signed for yet."""
    at = ParcelTrack
    wanted = (
        select(Waybill.number, Carrier.code, Carrier.plugin, Order.city, at.left_at, at.seen_at)
        .join(Waybill, Waybill.id == at.waybill_id)
        .join(Carrier, Carrier.id == at.by_carrier_id)
        .join(Parcel, Parcel.id == Waybill.parcel_id)
        .join(Order, Order.id == Parcel.order_id)
        .where(at.signed_at.is_(None), at.left_at > now() - timedelta(hours=12))
    )
    with transaction() as session:
        rows = session.execute(wanted).all()
    return [Travelling(row[0] or "", row[1], row[2], row[3], row[4], row[5]) for row in rows]


def go_on(servers: StandIns, url: str) -> int:
    """Let the carriers tell the service at `url` what was scanned since; returns of how many parcels."""
    news = 0
    for parcel in travelling():
        scans = parcel.scans()
        if scans and (parcel.seen_at is None or scans[0][0] > parcel.seen_at + timedelta(seconds=1)):
            tell = _sf if parcel.plugin == "sf" else _kuaidi100
            tell(servers, url, parcel, scans)
            news += 1
    return news


def _sf(servers: StandIns, url: str, parcel: Travelling, scans: Sequence[tuple[datetime, Step]]) -> None:
    """SF tells routes at an address that holds a token."""
    routes = [
        {
            "opCode": code, "remark": said.format(city=parcel.city), "acceptAddress": parcel.city,
            "acceptTime": beijing(at),
        }
        for at, (_, code, _, said) in scans
    ]  # fmt: skip
    servers.books.traces[parcel.number] = routes  # for whoever asks instead
    told = {"Body": {"WaybillRoute": [{"mailno": parcel.number, **route} for route in routes]}}
    where = f"{url}/api/v1/carriers/{parcel.account}/push?token={servers.secrets['push_token']}"
    requests.post(where, data=json.dumps(told), timeout=PATIENCE_S).raise_for_status()


def _kuaidi100(servers: StandIns, url: str, parcel: Travelling, scans: Sequence[tuple[datetime, Step]]) -> None:
    """快递100 signs what it tells."""
    data = [
        {"time": beijing(at), "context": said.format(city=parcel.city), "status": word, "areaName": parcel.city}
        for at, (_, _, word, said) in scans
    ]
    state = STATES[scans[0][1][2]]
    servers.books.traces[parcel.number] = [{**each, "state": state} for each in data]
    param = compact({"status": "polling", "lastResult": {"nu": parcel.number, "state": state, "data": data}})
    form = urlencode({"param": param, "sign": push_sign(param, servers.secrets["salt"])})
    head = {"Content-Type": "application/x-www-form-urlencoded"}
    where = f"{url}/api/v1/carriers/{parcel.account}/push"
    requests.post(where, data=form, headers=head, timeout=PATIENCE_S).raise_for_status()
