"""What the JSON in each column is: an object, or the rows of a decision or an assignment."""

from __future__ import annotations

import json
from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from geo_relocation.lazy import pd
from geo_relocation.model import Attribute

_Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Trigger(TypedDict):
    """One rule of a decision; more keys may follow."""

    id: str
    result: str


class _OtherPark(TypedDict):
    """One alternative of an assignment; more keys may follow."""

    park_id: str


_FORMS: dict[tuple[str, str], Any] = {
    ("assignments", "alternatives"): list[_OtherPark],
    ("decisions", "triggers"): list[_Trigger],
    ("findings", "shares"): dict[str, _Finite],
}
"""Columns of JSON that hold something else than an object."""


def wrong_json(values: pd.Series, attribute: Attribute) -> tuple[int, str] | None:
    """Number of the first row whose text is not the column's JSON, and why; None if all are."""
    form = _form(attribute)
    for row, text in enumerate(values.to_numpy(dtype=object, na_value=None)):
        if text is None:
            continue
        try:
            form.validate_json(text)
            json.loads(text)  # which counts depths and digits in its own way
        except (ValidationError, ValueError, RecursionError) as error:
            return row, str(error).splitlines()[0]
    return None


@cache
def _form(attribute: Attribute) -> TypeAdapter[Any]:
    """What the JSON of a column must be."""
    return TypeAdapter(_FORMS.get((attribute.layer, attribute.name), dict[str, Any]))
