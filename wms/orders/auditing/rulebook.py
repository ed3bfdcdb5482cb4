"""The rules of a warehouse: kept by clerks in their sequence, each with all that it was before."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from wms.access.models import Person
from wms.catalog import service as catalog
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.orders.auditing.conditions import Rule
from wms.orders.auditing.tables import AuditRule, AuditRuleVersion
from wms.orders.models import Shop

_TOLD = ("name", "enabled", "conditions", "actions")


def working(warehouse_ids: Iterable[int]) -> dict[int, list[Rule]]:
    """The rules that are switched on, by warehouse, in their sequence."""
    rows = db.session.execute(
        select(AuditRule.id, AuditRule.warehouse_id, AuditRule.name, AuditRule.conditions, AuditRule.actions)
        .where(among(AuditRule.warehouse_id, warehouse_ids), AuditRule.enabled, ~AuditRule.removed)
        .order_by(AuditRule.position, AuditRule.id)
    )
    found: dict[int, list[Rule]] = defaultdict(list)
    for row in rows:
        found[row.warehouse_id].append(Rule(row.id, row.name, row.conditions, row.actions))
    return found


def listed(warehouse_id: int) -> list[dict[str, Any]]:
    """All rules in their sequence, with who changed each last."""
    rows = db.session.execute(
        select(AuditRule, Person.name).outerjoin(Person, Person.id == AuditRule.changed_by)
        .where(AuditRule.warehouse_id == warehouse_id, ~AuditRule.removed)
        .order_by(AuditRule.position, AuditRule.id)
    )  # fmt: skip
    return [picture(rule, name) for rule, name in rows]


def options(warehouse_id: int) -> dict[str, list[str]]:
    """What forms may offer: codes of shops, their platforms, and the carriers and tags in use."""
    shops = db.session.execute(select(Shop.code, Shop.platform, Shop.carrier).order_by(Shop.code)).all()
    named = [each for rule in listed(warehouse_id) for each in rule["actions"]]
    return {
        "shops": [row.code for row in shops],
        "platforms": sorted({row.platform for row in shops}),
        "carriers": sorted({row.carrier for row in shops} | {each["carrier"] for each in named if "carrier" in each}),
        "tags": sorted({each["text"] for each in named if each["what"] == "tag"}),
    }


def picture(rule: AuditRule, person: str | None = None) -> dict[str, Any]:
    """A rule as it is told."""
    told = {name: getattr(rule, name) for name in ("id", *_TOLD, "removed", "version")}
    return {**told, "changed_at": rule.changed_at.isoformat(), "person": person}


def versions(warehouse_id: int, rule_id: int) -> list[dict[str, Any]]:
    """What a rule was, the newest first. Raises `core.not_found`."""
    get(warehouse_id, rule_id)
    rows = db.session.execute(
        select(AuditRuleVersion, Person.name).outerjoin(Person, Person.id == AuditRuleVersion.person_id)
        .where(AuditRuleVersion.rule_id == rule_id)
        .order_by(AuditRuleVersion.version.desc())
        .limit(200)
    )  # fmt: skip
    return [
        {name: getattr(one, name) for name in ("version", *_TOLD, "removed")}
        | {"at": one.at.isoformat(), "person": person}
        for one, person in rows
    ]


def get(warehouse_id: int, rule_id: int, *, locked: bool = False) -> AuditRule:
    """A rule, also one that was removed. Raises `core.not_found`."""
    wanted = select(AuditRule).where(AuditRule.id == rule_id, AuditRule.warehouse_id == warehouse_id)
    wanted = wanted.with_for_update().execution_options(populate_existing=True) if locked else wanted
    rule = db.session.execute(wanted).scalar_one_or_none()
    if rule is None:
        raise WmsError("core.not_found", thing="audit_rule", key=rule_id)
    return rule


def add(warehouse_id: int, body: Mapping[str, Any], *, by: int | None) -> AuditRule:
    """Make a rule, the last one in the sequence. Raises `catalog.unknown_sku` and `orders.unknown_shop`."""
    _check(body)
    lock("orders.audit_rules", warehouse_id)
    last = select(func.coalesce(func.max(AuditRule.position), 0)).where(AuditRule.warehouse_id == warehouse_id)
    position = db.session.execute(last).scalar_one() + 1
    told = {name: body[name] for name in _TOLD}
    rule = AuditRule(warehouse_id=warehouse_id, position=position, version=1, changed_at=now(), changed_by=by, **told)
    db.session.add(rule)
    db.session.flush()
    _remember(rule)
    return rule


def change(warehouse_id: int, rule_id: int, body: Mapping[str, Any], *, by: int | None) -> AuditRule:
    """Change what is named of a rule. `version` is the one that was read: raises `orders.rule_changed` (409) when
    somebody was quicker, and as `add` does."""
    rule = get(warehouse_id, rule_id, locked=True)
    if rule.version != body["version"]:
        raise WmsError("orders.rule_changed", rule=rule.name)
    _check({"conditions": rule.conditions, "actions": rule.actions, **body})
    return _put(rule, {name: body[name] for name in (*_TOLD, "removed") if name in body}, by)


def restore(warehouse_id: int, rule_id: int, version: int, *, by: int | None) -> AuditRule:
    """Make a rule again what it was: a new version that says what that one said. Raises `core.not_found`."""
    rule = get(warehouse_id, rule_id, locked=True)
    its = select(AuditRuleVersion).where(AuditRuleVersion.rule_id == rule_id, AuditRuleVersion.version == version)
    old = db.session.execute(its).scalar_one_or_none()
    if old is None:
        raise WmsError("core.not_found", thing="version", key=version)
    return _put(rule, {name: getattr(old, name) for name in (*_TOLD, "removed")}, by)


def move(warehouse_id: int, rule_id: int, step: int) -> None:
    """Put a rule `step` places further back (-1: further ahead); at an end it stays. Raises `core.not_found`."""
    lock("orders.audit_rules", warehouse_id)
    get(warehouse_id, rule_id)
    its = select(AuditRule).where(AuditRule.warehouse_id == warehouse_id, ~AuditRule.removed)
    rules = list(db.session.execute(its.order_by(AuditRule.position, AuditRule.id)).scalars())
    place = next((nr for nr, rule in enumerate(rules) if rule.id == rule_id), None)
    if place is None:
        return
    rules.insert(max(0, place + step), rules.pop(place))
    for nr, rule in enumerate(rules, 1):
        rule.position = nr
    db.session.flush()


def _put(rule: AuditRule, values: Mapping[str, Any], by: int | None) -> AuditRule:
    for name, value in values.items():
        setattr(rule, name, value)
    rule.version += 1
    rule.changed_at, rule.changed_by = now(), by
    db.session.flush()
    _remember(rule)
    return rule


def _remember(rule: AuditRule) -> None:
    told = {name: getattr(rule, name) for name in ("version", *_TOLD, "removed")}
    db.session.add(AuditRuleVersion(rule_id=rule.id, at=rule.changed_at, person_id=rule.changed_by, **told))
    db.session.flush()


def _check(body: Mapping[str, Any]) -> None:
    """That the goods and shops exist which a rule names: a name that nothing has would never be met."""
    wanted = _named(body["conditions"], "sku") | {each["sku"] for each in body["actions"] if each["what"] == "gift"}
    unknown = sorted(wanted - catalog.sku_ids(wanted).keys())
    if unknown:
        raise WmsError("catalog.unknown_sku", sku=unknown[0])
    shops = _named(body["conditions"], "shop")
    known = set(db.session.execute(select(Shop.code).where(among(Shop.code, shops))).scalars())
    if shops - known:
        raise WmsError("orders.unknown_shop", shop=min(shops - known))


def _named(conditions: Sequence[Mapping[str, Any]], what: str) -> set[str]:
    return {name for each in conditions if each["what"] == what for name in each["names"]}
