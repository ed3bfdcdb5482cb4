"""Bodies that scans take, for tests that try every scan there is."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields


def sound(schema: Schema) -> dict[str, Any]:
    """A body that the schema takes, of things that do not exist."""
    made: dict[str, Any] = {}
    for name, field in schema.fields.items():
        if field.required:
            choices = next((each.choices for each in field.validators if hasattr(each, "choices")), None)
            made[name] = choices[0] if choices else _example(field)
    return made


def _example(field: fields.Field[Any]) -> Any:
    if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
        return [sound(field.inner.schema)]
    kinds = ((fields.Boolean, True), (fields.Integer, 1), (fields.String, "X"), (fields.List, []))
    return next(example for kind, example in kinds if isinstance(field, kind))
