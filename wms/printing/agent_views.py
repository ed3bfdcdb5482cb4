"""Agents over HTTP: how an administrator lets one in, and what they and the service tell each other.

They dial out and wait for jobs in a request that is answered when there is one.
"""
from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Response, current_app, g
from flask.views import MethodView

from printers.status import PrinterStatus
from wms.agent import wheel
from wms.core.config import Config
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.http import Authenticate, actor, bearer, change, signed_in
from wms.core.transaction import carry_out, transaction
from wms.layout.models import Station
from wms.printing import agent_schemas as schemas
from wms.printing import agents, lease, queue
from wms.printing.agents import Agent, Handed
from wms.printing.views import blueprint
from wms.printing.wake import Ears
from wms.printing.wire import Target

P = ParamSpec("P")
T = TypeVar("T")

LOOK_SECONDS = 2.0  # leases are prolonged and the queue is looked at so often, whether anybody woke us or not
ears = Ears()


def agent_only(view: Callable[P, T]) -> Callable[P, T]:
    """Decorator of views: an agent's secret is the bearer token; a person's is not enough."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        token = bearer()
        if not token.startswith(agents.SECRET):
            cast(Authenticate, current_app.extensions["wms_authenticate"])(token)
            raise WmsError("core.not_allowed", needed="agent")
        with transaction():
            g.agent = agents.authenticate(token)
        return view(*args, **kwargs)

    guarded.posts = frozenset({"agent"})  # type: ignore[attr-defined]  # read by the test that walks every route
    return guarded


# ---- for administrators

@blueprint.route("/print-agents")
class PrintAgents(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, schemas.AgentState(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The agents of the warehouse, the station each serves, and its printers."""
        with transaction():
            return agents.described(actor().warehouse_id)

    @signed_in("admin")
    @blueprint.arguments(schemas.AgentAsked)
    @blueprint.response(201, schemas.AgentCode)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """A code with which one agent may be enrolled for a station within 10 minutes. It is told once."""
        who = actor()

        def act() -> dict[str, Any]:
            agent, code = agents.open_one(who.warehouse_id, body["station"], body["name"], by=who.person_id)
            return {"id": agent.id, "code": code, "expires_at": agent.code_until.isoformat()}

        return carry_out(act)


@blueprint.route("/print-agents/<int:agent_id>")
class OnePrintAgent(MethodView):
    @signed_in("admin")
    @blueprint.response(204)
    def delete(self, agent_id: int) -> None:
        """It is lost or leaves: its secret is worth nothing any more, its printers are out of service."""
        warehouse_id = actor().warehouse_id

        def act() -> dict[str, Any]:
            agents.revoke(warehouse_id, agent_id)
            return {}

        change("printing.revoke_agent", {"id": agent_id}, act)


# ---- for agents

@blueprint.route("/print-agents/enrol")
class EnrolAgent(MethodView):
    @blueprint.arguments(schemas.AgentEnrol)
    @blueprint.response(200, schemas.Enrolled)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """An agent spends a one-time code, and shows the secret that it made as its bearer token from now on."""

        def act() -> dict[str, Any]:
            agent = agents.enrol(body["code"], body["secret"])
            return {"id": agent.id, "name": agent.name, "station": db.session.get_one(Station, agent.station_id).code}

        return carry_out(act)


@blueprint.route("/print-agents/greeting")
class GreetingOfAgent(MethodView):
    @agent_only
    @blueprint.arguments(schemas.Greeting)
    @blueprint.response(204)
    def post(self, body: dict[str, Any]) -> None:
        """An agent has started, with these printers."""
        with transaction():
            agents.greet(_agent(), body["version"], body["printers"])


@blueprint.route("/print-agents/reports")
class ReportOfAgent(MethodView):
    @agent_only
    @blueprint.arguments(schemas.Report)
    @blueprint.response(204)
    def post(self, body: dict[str, Any]) -> None:
        """What became of jobs, how its printers are, what its scale shows; told again it changes nothing."""
        agent = _agent()
        with transaction():
            agents.note_results(agent, body["results"])
        for each in body["printers"]:
            with transaction():  # each of its own: printers are locked before jobs everywhere
                agents.note_status(agent, each["name"], PrinterStatus(each["state"], tuple(each["reasons"])))
        with transaction():
            agents.note_weight(agent, body["scale"], body["weight_g"])


@blueprint.route("/print-agents/jobs")
class JobsOfAgent(MethodView):
    @agent_only
    @blueprint.arguments(schemas.JobsAsked)
    @blueprint.response(200, schemas.JobsHanded)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """The next jobs of its printers, one for each at most. Answered when there is one, or after `wait` seconds."""
        agent = _agent()
        with transaction():
            printers = [to for to in agents.printers_of(agent) if to.address in body["printers"]]
        until = time.monotonic() + body["wait"]
        with ears.listening(_config().psycopg_url, {to.id for to in printers}) as woken:
            again = True
            while True:
                handed = _hand_over(printers, f"agent:{agent.id}:{body['owner']}", body["busy"], again)
                left = until - time.monotonic()
                if handed or left <= 0:
                    break
                woken.wait(min(LOOK_SECONDS, left))
                woken.clear()
                again = False
        return {
            "jobs": [job.told() for job in handed],
            "rates": {to.address: to.rate for to in printers if to.rate},
            "profiles": {to.address: to.profile for to in printers if to.profile},
            "lease_seconds": lease.OF_AGENT.total_seconds(),
        }


def _hand_over(printers: list[Target], owner: str, busy: list[int], again: bool) -> list[Handed]:
    """One job for each printer that can take one, all of whose leases are prolonged."""
    found = []
    for to in printers:
        with transaction():
            token = agents.hold(to, owner)
        job = _one(to, token, busy, again) if token is not None else None
        if job is not None:
            found.append(job)
    return found


def _one(to: Target, token: int, busy: list[int], again: bool) -> Handed | None:
    try:
        with transaction():
            return agents.hand_over(to, token, busy, again=again)
    except queue.PayloadChangedError as changed:
        with transaction():
            queue.failed(changed.args[0], to.id, "payload_changed")
        return None


def _agent() -> Agent:
    return cast(Agent, g.agent)


def _config() -> Config:
    return cast(Config, current_app.extensions["wms_config"])


@blueprint.route("/print-agents/wheel")
class WheelOfAgent(MethodView):
    @agent_only
    @blueprint.response(200, content_type="application/octet-stream")
    def get(self) -> Response:
        """The agent that goes with this service, for one that is asked to bring itself up to date."""
        name, content = wheel.build()
        return Response(
            content, content_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )  # fmt: skip
