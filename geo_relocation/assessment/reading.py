"""Read policy files: all mistakes of a file are found before anything is refused."""

from __future__ import annotations

import copy
import datetime as dt
import difflib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from geo_relocation.errors import RuleSetError, UnknownNameError
from geo_relocation.lazy import jsonschema
from geo_relocation.messages import Message, Text, _, joined
from geo_relocation.model import toml

_FOLDER = resources.files("geo_relocation.assessment")


def read_toml(text: str, what: Text) -> dict[str, Any]:
    """The content of a TOML text as plain JSON types.

    Raises
    ------
    RuleSetError
        If the text is not TOML; nothing more can be said about it then.
    """
    try:
        content: dict[str, Any] = _plain(toml.read_toml(text))
    except ValueError as error:
        raise RuleSetError(what, [_("it is not TOML: {words}", words=str(error))]) from error
    return content


def _plain(value: Any) -> Any:
    """Dates become ISO texts, so that the content can be hashed and stored as JSON."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


@cache
def _validator(schema_name: str) -> jsonschema.Draft202012Validator:
    content = json.loads(_FOLDER.joinpath(f"{schema_name}.schema.json").read_text("utf-8"))
    dates = jsonschema.FormatChecker(formats=("date",))
    return jsonschema.Draft202012Validator(content, format_checker=dates)


def schema_mistakes(data: Mapping[str, Any], schema_name: str) -> tuple[list[Text], dict[str, Any]]:
    """What the JSON-schema finds wrong, and the content without it.

    Returns
    -------
    tuple
        The mistakes, each with its place in the file; and a copy in which every value that does
        not fit is left out, so that the rest can be checked for sense in the same pass.
    """
    errors = sorted(_validator(schema_name).iter_errors(data), key=lambda e: list(map(str, e.path)))
    sound = copy.deepcopy(dict(data))
    for error in errors:
        if error.validator not in ("required", "additionalProperties"):
            _leave_out(sound, list(error.absolute_path))
    return [
        joined((_place(error.absolute_path), _words(error)), between="") for error in errors
    ], sound


def _leave_out(content: Any, path: list[str | int]) -> None:
    """Take one value out; in an array an empty table keeps its place."""
    *way, last = path
    for step in way:
        held = step in content if isinstance(content, dict) else isinstance(content, list)
        if not held:
            return  # already left out with what held it
        content = content[step]
    if isinstance(content, list):
        content[int(last)] = {}
    elif isinstance(content, dict):
        content.pop(str(last), None)


def _place(path: Iterable[str | int]) -> str:
    """A path as a reader of the file would write it: ``trigger[2].when: ``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return f"{text}: " if text else ""


_TYPES = {
    "array": _("a list"),
    "boolean": _("true or false"),
    "integer": _("a whole number"),
    "number": _("a number"),
    "object": _("a table"),
    "string": _("a text in quotation marks"),
}
"""Types of the JSON-schema, as they are written in TOML."""
_SHORTEST = 60
"""Letters of a value in a mistake; a table is not told whole."""


def _words(error: jsonschema.ValidationError) -> Message:
    """The mistake in words, without the schema's own jargon."""
    value, asked = _shown(error.instance), error.validator_value
    if error.validator == "required":
        lacking = next(name for name in asked if f"'{name}'" in error.message)
        return _("{name:q} is lacking.", name=lacking)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        return _(
            "nothing here is called {names}; known: {known}.",
            names=[name for name in error.instance if name not in known], known=list(known),
        )  # fmt: skip
    if error.validator == "type":
        kinds = [asked] if isinstance(asked, str) else asked
        return _("{value:q} is not {kind}.", value=value, kind=[_TYPES[kind] for kind in kinds])
    if error.validator == "enum":
        return _("{value:q} is not one of {known}.", value=value, known=list(map(str, asked)))
    if error.validator in ("minimum", "maximum"):
        return _beyond(error)
    said = {
        "format": _("{value:q} is not a date (YYYY-MM-DD).", value=value),
        "pattern": _("{value:q} may hold only small letters, digits and hyphens.", value=value),
        "minLength": _("a text is lacking."),
        "minItems": _("the list is too short."),
        "minProperties": _("the table is empty."),
        "uniqueItems": _("the list names something twice."),
    }
    other = _("{value:q} is not a value that can stand here.", value=value)
    return said.get(str(error.validator), other)


def _beyond(error: jsonschema.ValidationError) -> Message:
    value, limit = error.instance, error.validator_value
    if error.validator == "minimum":
        return _("{value:n} is less than {limit:n}.", value=value, limit=limit)
    return _("{value:n} is more than {limit:n}.", value=value, limit=limit)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORTEST else text[:_SHORTEST] + "…"


def duplicates(names: Iterable[object]) -> list[str]:
    """Names that occur more than once, each once, in order."""
    seen: set[object] = set()
    twice: dict[str, None] = {}
    for name in names:
        if name in seen:
            twice[str(name)] = None
        seen.add(name)
    return list(twice)


def unknown(kind: Text, name: object, known: Iterable[str]) -> Message:
    """Words about an unknown name, with the nearest known one."""
    near = difflib.get_close_matches(str(name), list(known), n=1)
    if near:
        return _("unknown {kind} {name:q}; did you mean {near:q}?",
                 kind=kind, name=str(name), near=near[0])  # fmt: skip
    return _("unknown {kind} {name:q}.", kind=kind, name=str(name))


def tables(value: object) -> list[dict[str, Any]]:
    """The tables of an array of tables; whatever else stands there is the schema's business."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def table(value: object) -> dict[str, Any]:
    """A table, empty if something else stands there."""
    return value if isinstance(value, dict) else {}


@cache
def shipped(prefix: str) -> dict[str, str]:
    """Texts of the shipped policy files by id: the file is named ``PREFIX-ID.toml``."""
    files = sorted(_FOLDER.joinpath("policies").iterdir(), key=lambda file: file.name)
    return {
        file.name.removeprefix(f"{prefix}-").removesuffix(".toml"): file.read_text("utf-8")
        for file in files
        if file.name.startswith(f"{prefix}-") and file.name.endswith(".toml")
    }


def shipped_text(kind: Text, prefix: str, name: str) -> str:
    """Text of one shipped policy file.

    Raises
    ------
    UnknownNameError
        If no such file is shipped.
    """
    texts = shipped(prefix)
    if name not in texts:
        raise UnknownNameError(kind, name, list(texts))
    return texts[name]
