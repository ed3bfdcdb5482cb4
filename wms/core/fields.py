"""Fields that the schemas of many rooms share."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from wms.core.bounds import LARGEST
from wms.core.resolve import clean

Filled = validate.Regexp(r"^\S(.*\S)?\Z", error="must not be empty, nor begin or end with a blank")


class Nothing(Schema):
    """A scan or question without fields."""


class Id(fields.Integer):
    """The id of a row: a whole number from 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(1, LARGEST), **kwargs)


class Cursor(fields.Integer):
    """Where a page ended, for the query of the next."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(0, LARGEST), **kwargs)


class Code(fields.String):
    """A scanned code, freed of what scanners add around it."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        code = clean(super()._deserialize(value, *args, **kwargs) or "")
        if not code:
            raise ValidationError("scan a code")
        return code
