"""Values of OTLP/JSON: numbers as texts, ids, and AnyValue as text.

Readers are lenient where writers are not: keys may be snake_case, integers texts or numbers,
severities names of the enumeration, and what is not understood is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_NAMES = [f"SEVERITY_NUMBER_{level}{step}" for level in _LEVELS for step in ("", "2", "3", "4")]
_SEVERITIES = {name: number for number, name in enumerate(_NAMES, 1)}
_VALUES = ("stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue")
_SIZES = {"traceId": re.compile("[0-9a-fA-F]{32}"), "spanId": re.compile("[0-9a-fA-F]{16}")}
# Ends of snake_case keys without which there is no record.
_SNAKES = (b'_logs"', b'_records"', b'_nano"', b'_value"')
_MAX_TIME = (1 << 63) - 1
_MAX_DEPTH = 64
# Shorter than any number that orjson cannot write.
_INTEGER = re.compile("-?[0-9]{1,18}")


def loads(data: bytes) -> Any:
    """Read JSON whose keys may be snake_case; raises orjson.JSONDecodeError."""
    found = orjson.loads(data)
    return _camel(found) if any(key in data for key in _SNAKES) else found


def _camel(value: Any) -> Any:
    """The same with lowerCamelCase keys. What users name stands in values, never in keys."""
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if isinstance(value, dict):
        return {re.sub("_([a-z])", lambda m: m[1].upper(), key): _camel(item) for key, item in value.items()}
    return value


def child(record: dict[str, Any], key: str) -> dict[str, Any]:
    """The object under a key; an empty one if there is none."""
    found = record.get(key)
    return found if isinstance(found, dict) else {}


def children(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list; nothing if it is none."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def integer(value: Any) -> int:
    """A number or its decimal text, 0 for what is none or out of range."""
    if value is None:
        return 0
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 20 and int(text) <= _MAX_TIME else 0


def severity(value: Any) -> int:
    """A severity number, given as such or by its name; 0 for none."""
    number = _SEVERITIES.get(value, 0) if isinstance(value, str) and not value.isdecimal() else integer(value)
    return number if number <= 24 else 0


def identifier(record: dict[str, Any], key: str) -> str | None:
    """An id as lower-case hex digits; None when it is zero, or none."""
    value = record.get(key)
    if not isinstance(value, str) or not _SIZES[key].fullmatch(value):
        return None
    return value.lower() if value.strip("0") else None


def text_of(value: Any) -> str | None:
    """Text of an AnyValue: as it is, or as JSON for what is nested; None for an empty one."""
    plain = _plain(value, 0)
    if plain is None or isinstance(plain, str):
        return plain
    return orjson.dumps(plain).decode()


def _plain(value: Any, depth: int) -> Any:
    """The value of an AnyValue."""
    if not isinstance(value, dict) or depth > _MAX_DEPTH:
        return None
    kind = next((name for name in _VALUES if value.get(name) is not None), "")
    found: Any = value.get(kind)
    if kind == "intValue":
        return int(found) if _INTEGER.fullmatch(str(found)) else str(found)
    if kind == "arrayValue":
        return [_plain(item, depth + 1) for item in children(_nested(found))]
    if kind == "kvlistValue":
        items = children(_nested(found))
        return {str(item.get("key")): _plain(item.get("value"), depth + 1) for item in items}
    return found if isinstance(found, str | float | int) else None


def _nested(value: Any) -> Any:
    return value.get("values") if isinstance(value, dict) else None
