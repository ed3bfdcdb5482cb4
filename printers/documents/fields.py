"""Building a document's frozen dataclass from a plain mapping, with errors that name the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import lru_cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from printers.errors import InvalidField, MissingField

T = TypeVar("T")


def build(kind: type[T], data: Mapping[str, object] | T, prefix: str = "") -> T:
    """An instance of the dataclass `kind` from `data`.

    Raises MissingField for what is required and absent or blank, InvalidField for a wrong type or
    an unknown name (a misspelt optional field would otherwise vanish from the label).
    """
    if isinstance(data, kind):
        return data
    if not isinstance(data, Mapping):
        raise InvalidField(prefix.rstrip(".") or kind.__name__, "must be an object with named fields")
    assert is_dataclass(kind)
    hints, known = _schema(kind)
    for name in data:
        if name not in known:
            raise InvalidField(f"{prefix}{name}", "is not a field of this document")
    values = {}
    for name, item in known.items():
        required = item.default is MISSING and item.default_factory is MISSING
        if required or data.get(name) is not None:
            values[name] = _value(hints[name], data.get(name), f"{prefix}{name}", required)
    return kind(**values)


@lru_cache(maxsize=64)
def _schema(kind: Any) -> tuple[dict[str, Any], dict[str, Field[Any]]]:
    """Types and fields by name, without those that a document makes of the others itself. Cached: resolving annotations
    compiles each of them anew."""
    return get_type_hints(kind), {item.name: item for item in fields(kind) if item.init}


def _value(hint: Any, value: object, path: str, required: bool) -> object:
    if value is None or (required and isinstance(value, str) and not value.strip()):
        raise MissingField(path)
    if hint is int:
        return _whole_number(value, path)
    if hint is str:
        if not isinstance(value, str):
            raise InvalidField(path, f"must be text, not {type(value).__name__}")
        return value
    if get_origin(hint) is tuple:
        return _several(get_args(hint)[0], value, path)
    return build(hint, value, f"{path}.")


def _whole_number(value: object, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidField(path, "must be a whole number, 0 or more")
    return value


def _several(kind: Any, value: object, path: str) -> tuple[object, ...]:
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise InvalidField(path, "must be a list")
    return tuple(_value(kind, item, f"{path}[{i}]", True) for i, item in enumerate(value))
