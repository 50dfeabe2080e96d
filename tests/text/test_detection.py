"""Columns tell their encoding, and nothing right is ever spoilt."""

from __future__ import annotations

import random
import time
import unicodedata

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.model import enums, schemas
from geo_relocation.text._resources import read_table
from geo_relocation.text.detection import (
    CONFIDENT,
    decode_column,
    detect_columns,
    detect_encoding,
)
from geo_relocation.text.legacy import encode_text
from geo_relocation.words import say

from .vietnamese_words import SYLLABLES, old_communes, spoken

LEGACY = ("tcvn3", "vni", "cp1258")


def spoil(text, encoding):
    if encoding == "utf-8-as-cp1252":
        return text.encode("utf-8").decode("latin-1")
    return encode_text(text, encoding).text if encoding in LEGACY else text


def labels_of_the_dictionary():
    texts = []
    for layer in schemas().values():
        texts += [layer.vi, layer.en, layer.description]
        for field in layer.attributes:
            texts += [field.vi, field.en, field.unit, field.description, field.source]
    for enum in vars(enums).values():
        if isinstance(enum, type) and issubclass(enum, enums.LabelledEnum):
            texts += [word for member in enum for word in (member.vi, member.en)]
    texts += [row["synonym"] for row in read_table("header_synonyms.csv")]
    return sorted({text for text in texts if text})


@pytest.mark.parametrize("encoding", [*LEGACY, "utf-8-as-cp1252"])
def test_the_91_names_are_recognised_and_come_back(encoding):
    spoilt = [spoil(name, encoding) for name in old_communes()]
    found = detect_encoding(spoilt)
    assert (found.encoding, found.sure) == (encoding, True)
    assert found.confidence > 0.999
    assert found.evidence.examples
    values, problems = decode_column(pd.Series(spoilt, dtype=object), found.encoding)
    assert values.tolist() == old_communes()
    assert problems["kind"].tolist() == ["text-decoded"]


@pytest.mark.parametrize("encoding", LEGACY)
def test_raw_bytes_are_recognised_too(encoding):
    raw = [spoil(name, encoding).encode("latin-1") for name in old_communes()]
    found = detect_encoding(raw)
    assert (found.encoding, found.sure) == (encoding, True)
    values, _ = decode_column(pd.Series(raw, dtype=object), found.encoding)
    assert values.tolist() == old_communes()


def test_utf8_bytes_and_western_bytes():
    raw = [name.encode() for name in old_communes()]
    assert detect_encoding(raw)[:2] == ("utf-8", 1.0)
    assert decode_column(pd.Series(raw, dtype=object), "utf-8").values.tolist() == old_communes()
    western = [text.encode("cp1252") for text in ("Café", "Müller", "Curaçao", "“A”")]
    assert detect_encoding(western).encoding == "cp1252"
    values, problems = decode_column(pd.Series(western, dtype=object), "cp1252")
    assert values.tolist() == ["Café", "Müller", "Curaçao", "“A”"]
    assert problems.empty
    _, problems = decode_column(pd.Series([b"Caf\xe9"], dtype=object), "utf-8")
    assert problems["kind"].tolist() == ["undecodable"]


def test_nothing_in_the_dictionary_is_spoilt():
    texts = labels_of_the_dictionary()
    assert len(texts) > 500
    found = detect_encoding(texts)
    assert (found.encoding, found.sure) == ("utf-8", True)
    for text in texts:
        alone = detect_encoding([text])
        assert (alone.encoding, alone.sure) == ("utf-8", True), text
    assert decode_column(pd.Series(texts, dtype=object), "utf-8").values.tolist() == texts


def test_no_unit_of_the_country_is_spoilt(units_of_the_country):
    found = detect_encoding(units_of_the_country)
    assert (found.encoding, found.sure) == ("utf-8", True)
    for name in units_of_the_country:
        assert detect_encoding([name]).encoding == "utf-8", name
    column = pd.Series(units_of_the_country, dtype=object)
    assert decode_column(column, "utf-8").values.tolist() == units_of_the_country


FOREIGN = [
    "Café", "Nestlé", "Müller GmbH", "São Paulo", "Zoë", "El Niño", "Straße", "garçon", "œuvre",
    "Þórshöfn", "Ærøskøbing", "Łódź", "naïve", "5 µm", "m²", "Pepsi®", "©", "½", "§ 5", "«an»",
    "25 °C", "“quoted”", "a–b", "東京", "Москва", "€ 5", "Ünal", "Señor", "crème brûlée",
]  # fmt: skip


@pytest.mark.parametrize("text", FOREIGN)
def test_other_languages_are_left_alone(text):
    found = detect_encoding([text])
    assert (found.encoding, found.sure) == ("utf-8", True)


def test_other_languages_together():
    assert detect_encoding(FOREIGN)[0] == "utf-8"
    assert detect_encoding([*FOREIGN, *old_communes()])[0] == "utf-8"


@given(st.lists(spoken(), min_size=1, max_size=8))
def test_no_vietnamese_text_is_ever_spoilt(texts):
    found = detect_encoding(texts)
    assert found.encoding == "utf-8"
    assert found.sure
    decomposed = [unicodedata.normalize("NFD", text) for text in texts]
    assert detect_encoding(decomposed).encoding == "utf-8"


LATIN_ONLY = [s for s in SYLLABLES if not s.isascii() and all(c < "\u0100" for c in s)]


@given(st.lists(st.sampled_from(LATIN_ONLY), min_size=1, max_size=30))
def test_not_even_of_letters_that_every_encoding_has(words):
    # à á ê ò … alone: the same bytes are other letters in TCVN3 and VNI.
    assert len(LATIN_ONLY) > 3000
    assert detect_encoding(words).encoding == "utf-8"


@given(st.lists(st.text(), max_size=8))
def test_nothing_breaks_it(texts):
    found = detect_encoding(texts)
    assert 0 <= found.confidence <= 1
    decoded = decode_column(pd.Series(texts, dtype=object), found.encoding)
    assert len(decoded.values) == len(texts)


@settings(max_examples=30)
@given(st.lists(spoken("lower"), min_size=8, max_size=30), st.sampled_from(LEGACY))
def test_generated_text_is_told(texts, encoding):
    spoilt = [spoil(text, encoding) for text in texts]
    found = detect_encoding(spoilt)
    if found.sure and found.evidence.words >= 8:
        assert found.encoding == encoding


@pytest.mark.parametrize(
    ("encoding", "size", "least"),
    [("tcvn3", 1, 0.75), ("tcvn3", 3, 0.97), ("tcvn3", 10, 0.99), ("vni", 1, 0.8), ("vni", 3, 0.95),
     ("vni", 10, 0.99), ("cp1258", 3, 0.95), ("cp1258", 10, 0.99), ("utf-8-as-cp1252", 1, 0.95),
     ("utf-8", 1, 0.97), ("utf-8", 3, 0.99)],
)  # fmt: skip
def test_share_of_short_columns_that_are_told(encoding, size, least, units_of_the_country):
    chance = random.Random(7)  # noqa: S311
    sure = wrong = 0
    for _ in range(200):
        names = chance.sample(units_of_the_country, size)
        found = detect_encoding([spoil(name, encoding) for name in names])
        right = found.encoding == encoding or all(name.isascii() for name in names)
        sure += right and found.sure
        wrong += found.sure and not right
    assert sure / 200 >= least
    # A single word may be Vietnamese as it stands ("Mét" is Một in TCVN3): nobody can tell.
    assert wrong / 200 <= (0.03 if size == 1 else 0.0)


def test_a_column_of_two_encodings_is_asked_about():
    names = old_communes()
    half = [spoil(n, "tcvn3") if i % 2 else n for i, n in enumerate(names)]
    assert not detect_encoding(half).sure
    two = [spoil(n, "tcvn3" if i % 2 else "vni") for i, n in enumerate(names)]
    assert not detect_encoding(two).sure


def test_a_unicode_cell_in_a_legacy_column_is_kept():
    names = [name for name in old_communes() if not name.isascii()]
    column = [spoil(name, "tcvn3") for name in names]
    column[3] = "Xã Thường Tân"
    column[5] = "Lái Thiêu"
    values, problems = decode_column(pd.Series(column, dtype=object), "tcvn3")
    assert values[3] == "Xã Thường Tân"
    assert values[5] == "Lái Thiêu"
    assert problems.loc[problems["kind"] == "kept-unicode", "position"].tolist() == [3, 5]
    assert values[7] == names[7]


def test_one_word_is_not_enough():
    assert not detect_encoding(["Hoµ"]).sure
    assert detect_encoding(["Hoµ"]).confidence < CONFIDENT


def test_a_short_column_takes_the_encoding_of_its_file():
    columns = {
        "TEN": [spoil(name, "tcvn3") for name in old_communes()],
        "GHICHU": ["Hoµ"],
        "MA": ["A1", "B2"],
        "HANG": ["Nestlé", "Müller"],
    }
    found = detect_columns(columns)
    assert {name: d.encoding for name, d in found.items()} == {
        "TEN": "tcvn3", "GHICHU": "tcvn3", "MA": "utf-8", "HANG": "utf-8",
    }  # fmt: skip
    assert all(d.sure for d in found.values())


def test_evidence_is_told_in_words():
    found = detect_encoding([spoil(name, "vni") for name in old_communes()])
    assert "→" in say(found.evidence.describe(), "vi")
    assert say(detect_encoding(["abc"]).evidence.describe(), "vi") == "chỉ có chữ ASCII"
    assert detect_encoding([]).sure


def test_cells_that_are_no_text_pass():
    column = pd.Series([None, 5, "Hoµ", ""], dtype=object)
    assert decode_column(column, "tcvn3").values.tolist() == [None, 5, "Hoà", ""]


def test_a_hundred_thousand_take_seconds():
    names = old_communes()
    column = pd.Series([f"{n} {spoil(names[n % 91], 'tcvn3')}" for n in range(100_000)])
    begin = time.perf_counter()
    found = detect_encoding(column.tolist())
    values, _ = decode_column(column, found.encoding)
    assert time.perf_counter() - begin < 60
    assert values[5] == f"5 {names[5]}"
