"""A scenario written out for a planner: every field with its meaning, its value or its default."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from geo_relocation.matching.specification import MatchSpecification
from geo_relocation.messages import Language, _
from geo_relocation.model.toml import toml_key, toml_value
from geo_relocation.scenarios.meanings import MEANINGS
from geo_relocation.scenarios.specification import Scenario
from geo_relocation.words import say

_WIDTH = 96

_HEAD = (
    _(
        "Lines that begin with # are comments. A field behind # is not set: what stands there is "
        "the value that holds then, or an example. Take the # away to set it."
    ),
    _("Check: geo-relocation scenario check FILE. Make the plan: geo-relocation match FILE."),
)


def scenario_template(scenario: Scenario, language: Language) -> str:
    """The TOML of a scenario with comments: what it sets is set, all else stands behind ``#``.

    Parameters
    ----------
    scenario
        What the file says. What it leaves out stays left out.
    language
        Of the comments.

    Returns
    -------
    str
        Read again, it is the same scenario.
    """
    writer = _Writer(language)
    lines = [line for words in _HEAD for line in writer.comment(say(words, language))]
    stated = scenario.model_dump(mode="json", exclude_unset=True)
    # TOML has plain values before tables; what a scenario is called comes first of all.
    fields = sorted(
        Scenario.model_fields.items(),
        key=lambda item: (
            _part_of(item[1]) is not None,
            item[0] in MatchSpecification.model_fields,
        ),
    )
    for name, field in fields:
        part = _part_of(field)
        if part is None:
            lines += ["", *writer.field(name, name, field, stated)]
            continue
        lines += ["", *writer.comment(writer.words(name))]
        value = stated.get(name)
        if _is_list(field):
            lines += writer.tables(name, part, value or [])
        else:
            lines += writer.table(name, part, value or {})
    return "\n".join(lines) + "\n"


def _part_of(field: FieldInfo) -> type[BaseModel] | None:
    """The model that a field, or a list of tables, consists of; None for a plain value."""
    for one in (field.annotation, *get_args(field.annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _is_list(field: FieldInfo) -> bool:
    return not isinstance(field.annotation, type)


def _is_stated(value: object) -> bool:
    """Whether a value says anything: nothing and an empty list are what holds when left out."""
    return value is not None and value != []


class _Writer:
    """Lines of a file.

    Parameters
    ----------
    language
        Of the comments.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.example = say(_("example"), language)

    def comment(self, words: str) -> list[str]:
        """A text as comments."""
        return textwrap.wrap(
            words,
            _WIDTH,
            initial_indent="# ",
            subsequent_indent="# ",
            break_long_words=False,
            break_on_hyphens=False,
        )

    def words(self, path: str) -> str:
        """What a field means; nothing for one that nobody has described."""
        found = MEANINGS.get(path)
        return say(found.words, self.language) if found else ""

    def table(self, name: str, part: type[BaseModel], stated: dict[str, Any]) -> Iterator[str]:
        """A part with its fields."""
        yield f"[{name}]"
        for key, field in part.model_fields.items():
            yield from self.field(key, f"{name}.{key}", field, stated)

    def tables(
        self, name: str, part: type[BaseModel], stated: list[dict[str, Any]]
    ) -> Iterator[str]:
        """A list of tables: those that are set, else one behind ``#`` as an example."""
        for one in stated:
            yield f"[[{name}]]"
            stated_fields = (item for item in one.items() if _is_stated(item[1]))
            yield from (f"{key} = {toml_value(value)}" for key, value in stated_fields)
        if not stated:
            yield f"# [[{name}]]"
            for key, field in part.model_fields.items():
                yield from self.field(key, f"{name}.{key}", field, {})

    def field(self, key: str, path: str, field: FieldInfo, stated: dict[str, Any]) -> Iterator[str]:
        """A field with its meaning: its value, or behind ``#`` its default or an example."""
        yield from self.comment(self.words(path))
        if _is_stated(stated.get(key)):
            yield f"{toml_key(key)} = {toml_value(stated[key])}"
            return
        found = MEANINGS.get(path)
        if found and found.example:
            yield f"# {key} = {found.example}  # {self.example}"
        elif not field.is_required():
            yield f"# {key} = {toml_value(field.get_default(call_default_factory=True))}"
