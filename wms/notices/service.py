"""The verbs of the notices room: ways and words set up, tried, and what became of notices."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.notices import ways_of
from wms.notices.lifecycle import NOTICE
from wms.notices.models import Notice, NoticeRule, NoticeTemplate, NoticeWay
from wms.notices.plugin import Account, Message, NotNowError, RefusedError, SilentError, plugin, plugins
from wms.notices.queue import want, want_delivered
from wms.notices.rules import EVENTS, LANGUAGES, NAMES, SAMPLE, BadTemplateError
from wms.notices.sending import send_due
from wms.notices.words import Words, both, words
from wms.orders.models import Shop

__all__ = [
    "again", "change_way", "preview", "put_rules", "put_words", "send_due", "send_test", "setup", "test_of", "want",
    "want_delivered", "words_of",
]  # fmt: skip


def setup(warehouse_id: int) -> dict[str, Any]:
    """All there is to set up: ways, which shop tells what over which, and what there is to choose from."""
    ways = db.session.execute(_ways(warehouse_id)).scalars()
    rows = db.session.execute(
        select(Shop.code, NoticeRule.event, NoticeRule.way_id)
        .join(Shop, Shop.id == NoticeRule.shop_id).join(NoticeWay, NoticeWay.id == NoticeRule.way_id)
        .where(NoticeWay.warehouse_id == warehouse_id).order_by(Shop.code)
    )  # fmt: skip
    shops = db.session.execute(select(Shop.code, Shop.name).order_by(Shop.code))
    return {
        "ways": [_told(way) for way in ways],
        "rules": [{"shop": row.code, "event": row.event, "way": row.way_id} for row in rows],
        "shops": [{"code": row.code, "name": row.name} for row in shops],
        "plugins": [
            {"name": name, "needs": each.needs, "settings": list(each.settings), "secrets": list(each.secrets)}
            for name, each in sorted(plugins().items())
        ],
        "events": list(EVENTS), "languages": list(LANGUAGES), "names": list(NAMES),
    }  # fmt: skip


def _ways(warehouse_id: int) -> Any:
    return select(NoticeWay).where(NoticeWay.warehouse_id == warehouse_id).order_by(NoticeWay.name)


def _told(way: NoticeWay) -> dict[str, Any]:
    return {
        "id": way.id, "name": way.name, "plugin": way.plugin, "settings": way.settings, "active": way.active,
        "secrets": sorted(ways_of.secrets_of(way)), "quiet_from": way.quiet_from, "quiet_until": way.quiet_until,
        "zone": way.zone,
    }  # fmt: skip


def change_way(warehouse_id: int, way_id: int | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Make a way (None), or change what is named of one. Returns it, its secrets by name only.

    Raises `core.not_found`, `notices.no_plugin`, `notices.name_taken` (409), `notices.bad_setting` (422).
    """
    way = NoticeWay(warehouse_id=warehouse_id, secrets=b"") if way_id is None else _way(warehouse_id, way_id)
    for name in ("name", "plugin", "active", "quiet_from", "quiet_until", "zone"):
        if name in given:
            setattr(way, name, given[name])
    speaks = plugin(way.plugin)
    if "settings" in given:
        way.settings = {name: value for name, value in given["settings"].items() if name in speaks.settings and value}
    _check_zone(way.zone or "Asia/Shanghai")
    same = _ways(warehouse_id).where(NoticeWay.name == way.name, NoticeWay.id != (way_id or 0))
    with db.session.no_autoflush:
        if db.session.execute(same).first():
            raise WmsError("notices.name_taken", name=way.name)
    db.session.add(way)
    db.session.flush()
    ways_of.put_secrets(way, {name: each for name, each in given.get("secrets", {}).items() if name in speaks.secrets})
    try:
        speaks.check(ways_of.account_of(way))
    except RefusedError as error:
        raise WmsError("notices.bad_setting", why=str(error)) from None
    db.session.flush()
    return _told(way)


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WmsError("notices.bad_setting", why=f"zone: {zone}") from None


def _way(warehouse_id: int, way_id: int) -> NoticeWay:
    found = db.session.execute(_ways(warehouse_id).where(NoticeWay.id == way_id).with_for_update()).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="notice way", key=str(way_id))
    return found  # type: ignore[no-any-return]


def put_rules(warehouse_id: int, shop: str, event: str, way_ids: Sequence[int]) -> None:
    """A shop's buyers are told of this over these ways, and no others. Raises `core.not_found`."""
    shop_id = _shop(shop)
    for id in sorted(set(way_ids)):
        _way(warehouse_id, id)
    mine = select(NoticeWay.id).where(NoticeWay.warehouse_id == warehouse_id)
    here = (NoticeRule.shop_id == shop_id, NoticeRule.event == event, NoticeRule.way_id.in_(mine))
    db.session.execute(delete(NoticeRule).where(*here, NoticeRule.way_id.not_in(list(way_ids))))
    if way_ids:
        rows = [{"shop_id": shop_id, "event": event, "way_id": id} for id in sorted(set(way_ids))]
        db.session.execute(insert(NoticeRule).values(rows).on_conflict_do_nothing())


def _shop(code: str) -> int:
    found = db.session.execute(select(Shop.id).where(Shop.code == code)).scalar_one_or_none()
    if found is None:
        raise WmsError("orders.unknown_shop", shop=code)
    return found


# ---- words

def words_of(warehouse_id: int, shop: str, event: str, plugin_name: str, language: str) -> dict[str, Any]:
    """The words as they are now, and as they would go out: `{subject, body, own, shown: {subject, body}}`."""
    found = words(warehouse_id, _shop(shop) if shop else None, event, plugin_name, language)
    return {"subject": found.subject, "body": found.body, "own": found.own, "shown": preview(found.subject, found.body)}


def preview(subject: str, body: str) -> dict[str, str]:
    """Words with made-up values. Raises `notices.bad_template` (422)."""
    try:
        shown = both(Words(subject, body), SAMPLE)
    except BadTemplateError as error:
        raise WmsError("notices.bad_template", why=str(error)) from None
    return {"subject": shown[0], "body": shown[1]}


def put_words(
    warehouse_id: int, shop: str, event: str, plugin_name: str, language: str, subject: str, body: str
) -> None:
    """These are the words from now on; of all shops where none is named. Without any, those that came along are.

    Raises `notices.bad_template`, `orders.unknown_shop`.
    """
    key = {
        "warehouse_id": warehouse_id, "shop_id": _shop(shop) if shop else None, "event": event, "plugin": plugin_name,
        "language": language,
    }  # fmt: skip
    if not body.strip():
        db.session.execute(delete(NoticeTemplate).filter_by(**key))
        return
    preview(subject, body)
    put = insert(NoticeTemplate).values(**key, subject=subject, body=body)
    new = {"subject": put.excluded.subject, "body": put.excluded.body}
    db.session.execute(put.on_conflict_do_update(constraint="uq_notice_template_one", set_=new))


# ---- trying it

def test_of(warehouse_id: int, way_id: int, event: str, language: str, to: str) -> tuple[str, Account, Message]:
    """A test with made-up values, to be sent outside of the transaction. Raises `core.not_found`."""
    way = _way(warehouse_id, way_id)
    shown = both(words(warehouse_id, None, event, way.plugin, language), SAMPLE)
    message = Message(f"test-{now():%Y%m%d%H%M%S%f}", event, to, *shown, SAMPLE)
    return way.plugin, ways_of.account_of(way), message


def send_test(plugin_name: str, account: Account, message: Message) -> None:
    """Send it. Raises `notices.not_sent` (409), with the reason."""
    try:
        plugin(plugin_name).send(account, message)
    except (RefusedError, NotNowError, SilentError) as error:
        raise WmsError("notices.not_sent", why=str(error)) from None


def again(warehouse_id: int, notice_id: int) -> Notice:
    """A person wants it sent once more. Raises `core.not_found`, `core.illegal_move` (409)."""
    wanted = select(Notice).where(Notice.id == notice_id, Notice.warehouse_id == warehouse_id).with_for_update()
    found = db.session.execute(wanted).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="notice", key=str(notice_id))
    found.status, found.tries, found.due_at = NOTICE.after("again", found.status), 0, now()
    return found
