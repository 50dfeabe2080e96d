"""Messages are said in the language of whoever reads them."""

import datetime as dt
import pickle

import pytest

from geo_relocation.errors import IngestError, InvalidPlanError, UnknownNameError
from geo_relocation.messages import _, joined, ngettext
from geo_relocation.model.enums import Route
from geo_relocation.words import LANGUAGES, say, style


def test_a_message_is_said_in_each_language_with_its_numbers_and_dates() -> None:
    error = UnknownNameError("layer", "zone", ["sites", "zones"])
    assert say(error.what, "vi") == "Không có layer tên “zone”."
    assert say(error.hint, "vi") == "Các tên có sẵn: sites, zones."
    assert str(error) == "There is no layer named 'zone'. Known: sites, zones."


def test_numbers_dates_shares_and_quotes_follow_the_language() -> None:
    message = _(
        "{count:n} {km:n1} {share:%} {day:d} {name:q} {year}",
        count=12345, km=42.44, share=0.0357, day=dt.date(2028, 12, 31), name="Thuận An", year=2028,
    )  # fmt: skip
    assert say(message, "vi") == "12.345 42,4 3,57% 31/12/2028 “Thuận An” 2028"
    assert say(message, "en") == "12,345 42.4 3.57% 2028-12-31 'Thuận An' 2028"
    assert str(message) == say(message, "en")


def test_what_is_inside_a_message_is_said_in_its_language() -> None:
    inner = _("Known: none.")
    message = joined((Route.RELOCATE.vi, inner, ""), between=" · ")
    assert say(message, "vi").endswith("· Chưa có tên nào.")
    assert say(_("{route}: {all}", route=Route.RELOCATE, all=[inner, "a"]), "vi") == (
        f"{Route.RELOCATE.vi}: Chưa có tên nào., a"
    )


def test_a_count_chooses_its_form() -> None:
    one, two = InvalidPlanError(["a"]), InvalidPlanError(["a", "{b}"])
    assert str(one) == "The plan breaks 1 rule:\n  - a"
    assert str(two) == "The plan breaks 2 rules:\n  - a\n  - {b}"
    assert say(two.what, "vi") == "Phương án vi phạm 2 quy tắc:\n  - a\n  - {b}"
    assert str(ngettext("{count:n} site", "{count:n} sites", 1000)) == "1,000 sites"


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_that_is_nobodys_language_stays_as_it_is(language: str) -> None:
    assert say("{x} 100%", language) == "{x} 100%"
    assert say("", language) == ""
    assert style(language).number(0) == "0"


def test_an_error_crosses_processes_with_its_message() -> None:
    error = IngestError(_("{count:n} rows", count=3), why="x")
    again = pickle.loads(pickle.dumps(error.what))  # noqa: S301
    assert again == error.what
    assert say(again, "en") == "3 rows"


def test_a_mistaken_gap_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="does not know"):
        str(_("{count:05}", count=3))
    with pytest.raises(ValueError, match="conversions"):
        str(_("{count!r}", count=3))
