"""Stored sentences of a whole layer, said before it is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from geo_relocation.lazy import pd
from geo_relocation.model.told import MARK, said
from geo_relocation.words import Language

if TYPE_CHECKING:
    from collections.abc import Callable


def said_frame(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The frame with every stored sentence as a reader of the language is told it.

    Parameters
    ----------
    frame
        Rows of any layer. Sentences are found in columns of text, and in the lists of
        `alternatives`; what a plan was asked (`specification`) stays as it is stored.
    language
        Of the reader.

    Returns
    -------
    DataFrame
        The same frame where it holds no stored sentence.
    """
    changed = {}
    for name, dtype in frame.dtypes.items():
        if not isinstance(dtype, pd.StringDtype):
            continue
        say: Callable[[str, Language], str] = _within if name == "alternatives" else said
        mark = json.dumps(MARK)[1:-1] if name == "alternatives" else MARK
        values = frame[name]
        told = values.str.contains(mark, regex=False, na=False).to_numpy(bool)
        if told.any():
            words = [say(one, language) for one in values[told]]
            changed[name] = values.astype(object).mask(told, None)
            changed[name][told] = words
            changed[name] = changed[name].astype("str")
    return frame.assign(**changed) if changed else frame


def _within(text: str, language: Language) -> str:
    """JSON with every stored sentence in it said."""
    return json.dumps(_walked(json.loads(text), language), ensure_ascii=False, sort_keys=True)


def _walked(value: Any, language: Language) -> Any:
    if isinstance(value, dict):
        return {key: _walked(part, language) for key, part in value.items()}
    if isinstance(value, list):
        return [_walked(part, language) for part in value]
    return said(value, language) if isinstance(value, str) else value
