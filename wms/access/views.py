"""Signing in and out over HTTP; the token then opens the websocket."""
from __future__ import annotations

from typing import Any

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy import Row, select, text

from wms.access import devices, service
from wms.access.models import Device, Person
from wms.access.schemas import Badge, EnvelopeSchema, House, Language, MyWishes, SignIn
from wms.core.db import db
from wms.core.envelope import Envelope, render
from wms.core.error import WmsError
from wms.core.http import actor, locale, signed_in
from wms.core.transaction import transaction

blueprint = Blueprint("access", __name__, url_prefix="/api/v1", description="Signing in and out, people and devices")


@blueprint.route("/sessions")
class Sessions(MethodView):
    @blueprint.arguments(SignIn)
    @blueprint.response(200, EnvelopeSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Sign in by badge and PIN; the token in the answer goes into `Authorization: Bearer`.

        An enrolled device shows its `secret`; another one says as `device` what it is called.
        """
        with transaction():
            device = devices.presented(body["secret"])
            person = service.identify(body["badge"].strip(), body["pin"], device, body["device"])
            if isinstance(person, Person):
                data = _open(person, device, body["device"], body["station"])
                welcome = Envelope(data=data, message="access.welcome", params={"name": person.name})
                return render(welcome, person.locale)
        raise person


@blueprint.route("/sessions/language")
class BadgeLanguage(MethodView):
    @blueprint.arguments(Badge)
    @blueprint.response(200, Language)
    def post(self, body: dict[str, Any]) -> dict[str, str]:
        """In which language to ask the person with this badge for the PIN; the asker's own for any other badge."""
        with transaction():
            return {"locale": service.language_of(body["badge"].strip(), locale())}


@blueprint.route("/sessions/current/warehouse")
class CurrentWarehouse(MethodView):
    @signed_in()
    @blueprint.arguments(House)
    @blueprint.response(200, EnvelopeSchema)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Go on in another warehouse where one may work: with a new token, the old one is worth nothing any more."""
        session_id = actor().session_id
        if session_id is None:
            raise WmsError("access.not_posted_there")
        with transaction():
            told = Envelope(data=_signed_in(*service.go_to(session_id, body["warehouse_id"])))
        service.forget(session_id=session_id)
        return render(told, actor().locale)


@blueprint.route("/sessions/current")
class CurrentSession(MethodView):
    @signed_in()
    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out: the token is worth nothing afterwards."""
        session_id = actor().session_id
        if session_id is not None:
            with transaction():
                service.close_session(session_id)
            service.forget(session_id=session_id)

    @signed_in()
    @blueprint.arguments(MyWishes)
    @blueprint.response(204)
    def patch(self, body: dict[str, Any]) -> None:
        """Change the language of the person who is signed in, and how they want their devices."""
        person_id = actor().person_id
        if person_id is not None:
            with transaction():
                service.prefer(person_id, **body)
            service.forget(person_id=person_id)
        g.pop("actor", None)


def _open(person: Person, device: Device | None, name: str, station_code: str | None) -> dict[str, Any]:
    warehouses = service.warehouses_of(person, device)
    station = _station(station_code, warehouses) if station_code else None
    at = (station.id, station.warehouse_id) if station else (None, warehouses[0])
    name, device_id = (device.name, device.id) if device else (name, None)
    token = service.open_session(person, name, *at, device_id=device_id)
    shown = {"id": station.id, "code": station.code, "name": station.name} if station else None
    return {**_signed_in(person, token, warehouses), "station": shown, "device": name if device else None}


def _signed_in(person: Person, token: str, warehouses: list[int]) -> dict[str, Any]:
    """`warehouses`: all in which this person may work with this device."""
    who = service.authenticate(token)
    return {
        "token": token,
        "session": who.session_id,
        "person": {
            "id": person.id,
            "name": person.name,
            "badge": person.badge,
            "locale": person.locale,
            "posts": sorted(who.posts),
            "settings": person.settings,
        },
        "warehouse": _warehouse(who.warehouse_id),
        "warehouses": [_warehouse(each) for each in warehouses],
    }


# Access lies below layout, so it reads these two tables by name instead of importing their models.
_STATION = text(
    """
    SELECT s.id, s.warehouse_id, s.code, s.name
    FROM station s JOIN unnest(cast(:warehouses AS bigint[])) WITH ORDINALITY AS w (id, nr) ON w.id = s.warehouse_id
    WHERE s.code = :code ORDER BY w.nr LIMIT 1
    """
)


def _station(code: str, warehouses: list[int]) -> Row[Any]:
    """The station of this code in the first of these warehouses that has one."""
    row = db.session.execute(_STATION, {"code": code, "warehouses": warehouses}).one_or_none()
    if row is None:
        raise WmsError("access.unknown_station", station=code)
    return row


def _warehouse(warehouse_id: int) -> dict[str, Any]:
    row = db.session.execute(
        select(text("id, code, name")).select_from(text("warehouse")).where(text("id = :id")), {"id": warehouse_id}
    ).one()
    return dict(row._mapping)


from wms.access import floor_views, people_views  # noqa: E402, F401 - their routes hang on the same blueprint
