from __future__ import annotations

import time
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_relocation.model.told import said
from geo_relocation.text.normalise import compare_key, repair, repair_column, search_key

from .vietnamese_words import old_communes, spoken


def test_every_repair_is_done_and_named():
    messy = "  Ph\u00adường\u200b  Hoà Bình, Ðông\u00a0Hòa\n"
    assert repair(messy).text == "Phường Hòa Bình, Đông Hòa"
    assert repair(messy).changes == ("invisible", "d-stroke", "spaces", "tone-position")
    assert repair(unicodedata.normalize("NFD", "Đường")) == ("Đường", ("composed",))
    assert repair("Đường Hòa") == ("Đường Hòa", ())


def test_tone_style_is_a_choice():
    assert repair("Hoà Hòa", tone_style="old").text == "Hòa Hòa"
    assert repair("Hoà Hòa", tone_style="new").text == "Hoà Hoà"
    assert repair("Hoà Hòa", tone_style=None).text == "Hoà Hòa"


@pytest.mark.parametrize(
    "text", ["Café Noir", "Nestlé", "El Niño", "Đắk Lắk", "m²", "Krông Búk", "a_b"]
)
def test_other_words_are_left_alone(text):
    assert repair(text) == (text, ())


def test_keys_are_apart():
    assert compare_key("HOÀ BÌNH") == compare_key("Hòa  Bình") != compare_key("Hoa Binh")
    assert search_key("HOÀ BÌNH") == search_key("hoa-binh") == "hoa binh"
    assert search_key("Đường Ðông – số 5, m²") == "duong dong so 5 m2"
    assert compare_key("Hòa") != compare_key("Hóa")
    assert search_key("") == search_key(" .,- ") == ""


@given(spoken())
def test_display_form_of_good_text_is_itself(text):
    assert repair(text) == (text, ())


@given(st.text())
def test_repair_is_stable_and_never_changes_what_a_search_finds(text):
    once = repair(text).text
    assert repair(once) == (once, ())
    assert search_key(once).replace(" ", "") == search_key(text).replace(" ", "")
    assert search_key(search_key(text)) == search_key(text)


@given(spoken())
def test_decomposed_text_comes_back(text):
    assert repair(unicodedata.normalize("NFD", text)).text == text
    assert search_key(unicodedata.normalize("NFD", text)) == search_key(text)


def test_a_column_reports_what_was_done():
    column = pd.Series(
        ["Hoà", "Hòa", " An\u200b", None, 5, "  ", "Ðất"], dtype=object, index=range(3, 10)
    )
    values, problems = repair_column(column)
    assert values.tolist() == ["Hòa", "Hòa", "An", None, 5, None, "Đất"]
    assert list(values.index) == list(range(3, 10))
    assert problems["position"].dropna().tolist() == [2, 6]
    told = problems.loc[problems["position"].isna(), "message"]
    whole = [said(message, "vi") for message in told]
    assert any("dấu thanh" in message and "(1 ô)" in message for message in whole)
    assert set(problems["kind"]) == {"text-repaired"}


def test_units_of_the_country_are_good_already(units_of_the_country):
    changed = [name for name in units_of_the_country if repair(name).text != name]
    assert changed == []


def test_old_communes_are_good_already():
    assert [name for name in old_communes() if repair(name).changes] == []


def test_a_hundred_thousand_take_seconds():
    column = pd.Series([f"{n} Đường Hoà Bình, phường Lái Thiêu {n}" for n in range(100_000)])
    begin = time.perf_counter()
    values, _ = repair_column(column)
    assert values[0] == "0 Đường Hòa Bình, phường Lái Thiêu 0"
    assert time.perf_counter() - begin < 40
