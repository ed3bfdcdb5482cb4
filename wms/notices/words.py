"""The words that come along, and which a notice has: a shop's own, the warehouse's, or these."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from wms.core.db import db
from wms.notices.models import NoticeTemplate
from wms.notices.rules import drawn
from wms.notices.usual import USUAL


@dataclass(frozen=True)
class Words:
    """`own` False: they came along."""

    subject: str
    body: str
    own: bool = True


def usual(event: str, language: str) -> Words:
    """What is said where nobody has written anything."""
    return Words(*USUAL[event][language], own=False)


def words(warehouse_id: int, shop_id: int | None, event: str, plugin: str, language: str) -> Words:
    """The words for a shop's buyers of a language."""
    found = db.session.execute(
        select(NoticeTemplate)
        .where(
            NoticeTemplate.warehouse_id == warehouse_id, NoticeTemplate.event == event,
            NoticeTemplate.plugin == plugin, NoticeTemplate.language == language,
            NoticeTemplate.shop_id.is_(None) | (NoticeTemplate.shop_id == shop_id),
        )
        .order_by(NoticeTemplate.shop_id.nulls_last())
        .limit(1)
    ).scalar_one_or_none()  # fmt: skip
    return usual(event, language) if found is None else Words(found.subject, found.body)


def both(written: Words, values: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and body as they go out. Raises rules.BadTemplateError."""
    return drawn(written.subject, values, one_line=True), drawn(written.body, values)


