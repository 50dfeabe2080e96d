from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_relocation.text.syllables import is_syllable, place_tone, split_tone, syllables

from .vietnamese_words import SYLLABLES


@pytest.mark.parametrize(
    ("word", "old", "new"),
    [
        ("hoà", "hòa", "hoà"), ("Hoà", "Hòa", "Hoà"), ("HOÀ", "HÒA", "HOÀ"),
        ("thuý", "thúy", "thuý"),
        ("khoẻ", "khỏe", "khoẻ"), ("quý", "quý", "quý"), ("qúy", "quý", "quý"),
        ("hòang", "hoàng", "hoàng"), ("tóan", "toán", "toán"), ("gìa", "già", "già"),
        ("thúê", "thuế", "thuế"), ("đựơc", "được", "được"), ("khuỷu", "khuỷu", "khuỷu"),
        ("giếng", "giếng", "giếng"), ("gì", "gì", "gì"), ("mía", "mía", "mía"),
        ("hứa", "hứa", "hứa"), ("nghiã", "nghĩa", "nghĩa"), ("nguyễn", "nguyễn", "nguyễn"),
        ("quốc", "quốc", "quốc"), ("ngoằn", "ngoằn", "ngoằn"), ("ngoèo", "ngoèo", "ngoèo"),
        ("uỷ", "ủy", "uỷ"), ("xoài", "xoài", "xoài"), ("Huế", "Huế", "Huế"), ("an", "an", "an"),
    ],
)  # fmt: skip
def test_tone_goes_where_it_belongs(word, old, new):
    assert place_tone(word, "old") == old
    assert place_tone(word, "new") == new


@pytest.mark.parametrize(
    "word", ["café", "Đắk", "Krông", "résumé", "Zoé", "hacs", "cét", "các̀", "ừừ"]
)
def test_other_words_are_no_syllables(word):
    assert place_tone(word) is None
    assert not is_syllable(word)


def test_a_closed_syllable_takes_two_tones_only():
    assert [is_syllable(w) for w in ("cát", "cạt", "cat", "càt", "cảt", "cãt")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip


def test_a_misplaced_tone_is_no_syllable_but_both_styles_are():
    assert is_syllable("hòa")
    assert is_syllable("hoà")
    assert not is_syllable("hòang")


def test_there_are_some_seventeen_thousand():
    assert len(SYLLABLES) == len(set(SYLLABLES)) == 17358
    assert all(map(is_syllable, SYLLABLES))
    assert all(map(is_syllable, syllables("new")))


def test_almost_all_units_of_the_country_are_made_of_them(units_of_the_country):
    words = [w for name in units_of_the_country for w in name.split() if not w.isascii()]
    # The rest are names of minority places: Đắk, Krông, Ngọk.
    assert sum(map(is_syllable, words)) / len(words) > 0.97


@given(st.text(alphabet="bcdghklmnpqrstvxaeiouyàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫ", max_size=8))
def test_placing_is_stable_and_keeps_letters(word):
    placed = place_tone(word)
    if placed is not None:
        assert place_tone(placed) == placed
        assert is_syllable(placed)
        assert split_tone(placed) == split_tone(word)
