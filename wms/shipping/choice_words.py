"""The reasons for a carrier in words: made when somebody reads them, in their language, of what was kept."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wms.core.catalogue import text
from wms.shipping.choice_rules import Decision

_NAMED = 4  # carriers in a line; the table has all


def kilograms(grams: int) -> str:
    """`3.2 kg`, `0.05 kg`."""
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".") + " kg"


def refusals(decision: Decision) -> list[dict[str, Any]]:
    """Why nobody takes it: a text for each carrier, for a reason that is put into words later."""
    return [_no(one.offer.name, {"no": one.no[0], **one.no[1]}) for one in decision.ranking if one.no][:_NAMED]


def _no(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"say": f"shipping.no.{row['no']}", "carrier": name}
    if "grams" in row:
        said["weight"] = kilograms(row["grams"])
    if "handling" in row:
        said["handling"] = [{"say": f"shipping.handling.{each}"} for each in row["handling"]]
    return {**said, **{key: row[key] for key in ("rule", "value", "cm3") if key in row}}


def in_words(why: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """What was kept (`choice_rules.told`) with its words: `line` in one sentence, `how` it was chosen, `warning`, and
    of each row of the ranking its `text`."""
    rows = [{**row, "text": _row(row, why, locale)} for row in why["ranking"]]
    shown = [row["text"] for row in rows[:_NAMED]]
    if rows and not rows[0].get("no"):
        shown[0] = _took(rows[0], why, locale)
    how = "named" if why["way"] == "named" else "rule" if why["rule"] else "usual"
    way = text(f"shipping.way.{why['way']}", locale)
    return {
        **why, "ranking": rows, "line": "; ".join(shown),
        "how": text(f"shipping.how.{how}", locale, rule=_rule(why, locale), way=way),
        "warning": text("shipping.unweighed", locale, n=why["unweighed"]) if why.get("unweighed") else "",
    }  # fmt: skip


def _rule(why: Mapping[str, Any], locale: str) -> str:
    return text(f"shipping.by.{why['rule']}", locale) if why["way"] == "named" else why["rule"]


def _took(row: Mapping[str, Any], why: Mapping[str, Any], locale: str) -> str:
    code = "shipping.took" if row["price"] is not None else "shipping.took_unpriced"
    said = {"carrier": row["name"], "weight": kilograms(row["billed_g"]), "place": why["place"], "price": row["price"]}
    return text(code, locale, **said)


def _row(row: Mapping[str, Any], why: Mapping[str, Any], locale: str) -> str:
    if row.get("no"):
        said = _no(row["name"], row)
        return text(said.pop("say"), locale, **said)
    late = text("shipping.late", locale) if row["late"] else ""
    priced = f"{row['name']} {row['price']}" if row["price"] is not None else row["name"]
    return f"{priced} {late}".strip()
