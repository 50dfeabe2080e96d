"""Sentences are stored as codes and figures, and said in the language of whoever reads them."""

import ast
import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from geo_relocation.messages import _, joined
from geo_relocation.model.enums import Route
from geo_relocation.model.told import TABLES, gaps, recalled, said, stored, told

PACKAGE = Path(__file__).resolve().parents[2] / "geo_relocation"


def calls(source: str) -> Iterator[tuple[str, set[str] | None]]:
    """Codes that a module tells, with the names of the figures; None where `**` hides them."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id == "told" and node.args and isinstance(node.args[0], ast.Constant):
            names = {keyword.arg for keyword in node.keywords}
            yield node.args[0].value, None if None in names else {str(name) for name in names}


def test_every_code_that_is_told_is_in_its_table_with_its_figures() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        for code, names in calls(path.read_text(encoding="utf-8")):
            table, _, name = code.partition(".")
            assert name in TABLES[table], f"{path.name}: {code}"
            if names is not None:
                assert gaps(TABLES[table][name]) == names - {"count"} | gaps(
                    TABLES[table][name]
                ) & {"count"}, f"{path.name}: {code}"


def test_every_code_of_a_table_is_a_word_of_small_letters() -> None:
    for table in TABLES.values():
        for code in table:
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code), code


def test_a_sentence_comes_back_from_the_store_in_either_language() -> None:
    kept = stored(told("matching.finished", count=np.int64(1512)))
    assert json.loads(kept) == {"say": "matching.finished", "count": 1512}
    assert "1,512 firms have been dealt with" in said(kept, "en")
    assert "1.512 cơ sở" in said(kept, "vi")


def test_sentences_within_sentences_keep_their_dates_and_enums() -> None:
    inner = told("matching.finished", count=2)
    whole = joined([inner, told("matching.finished", count=1)])
    assert recalled(stored(whole)) == whole
    rich = told(
        "matching.finished", count=3, parts=[inner], day=dt.date(2028, 12, 31), route=Route.RELOCATE
    )
    assert recalled(stored(rich)) == rich


def test_an_earlier_sentence_and_a_missing_one_are_shown_as_they_are() -> None:
    assert said("Gần nhất còn đủ đất.", "en") == "Gần nhất còn đủ đất."
    assert said(None, "vi") == ""
    assert said(float("nan"), "vi") == ""


@pytest.mark.parametrize("text", ['{"say":"matching.of-tomorrow"}', '{"say":', '{"say":7}'])
def test_what_another_version_stored_is_shown_not_guessed(text: str) -> None:
    assert said(text, "vi") == text


def test_a_sentence_without_a_code_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="without a code"):
        stored(_("Nobody can say this later."))
    with pytest.raises(KeyError, match="nothing fills count"):
        told("matching.finished")
