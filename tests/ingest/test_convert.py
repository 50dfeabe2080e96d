"""Texts come in in one form, and every repair is told."""

import unicodedata

import numpy as np
import pandas as pd

from geo_relocation.ingest.convert import convert_column
from geo_relocation.ingest.issues import IssueLog
from geo_relocation.ingest.raw import RawTable
from geo_relocation.model import schema
from geo_relocation.model.told import said


def converted(*cells, attribute="name"):
    frame = pd.DataFrame({"TEN": pd.Series(cells, dtype=object)})
    raw = RawTable(frame, np.arange(2, len(cells) + 2), file="ds.xlsx")
    log = IssueLog(raw, "sites")
    values = convert_column(frame["TEN"], schema("sites").attribute(attribute), log)
    issues = log.frame("import-1", dict.fromkeys(range(len(cells)), "S"))
    return values.tolist(), issues


def test_marks_letters_spaces_and_hidden_characters_are_mended_and_logged():
    decomposed = unicodedata.normalize("NFD", "Cơ sở Thủ Dầu")
    values, issues = converted("Phường Bình Hoà", decomposed, "Ðông  Á", "An\u200bPhú", "Tốt")
    assert values == ["Phường Bình Hòa", "Cơ sở Thủ Dầu", "Đông Á", "AnPhú", "Tốt"]
    assert set(issues["kind"]) == {"text-repaired"}
    assert set(issues["action"]) == {"repaired"}
    # What nobody can see is told cell by cell, with its row.
    assert sorted(issues["row"].dropna()) == [4, 5]
    told = " ".join(said(message, "vi") for message in issues["message"])
    for words in ("dấu thanh", "NFC", "chữ Đ", "khoảng trắng", "ký tự ẩn"):
        assert words in told


def test_texts_without_fault_pass_in_silence_and_empty_words_are_missing():
    values, issues = converted("Công ty A", "-", None, np.nan, 12.0)
    assert values == ["Công ty A", None, None, None, "12"]
    assert issues.empty


def test_numbers_are_read_through_hidden_characters_without_a_word_on_text():
    values, issues = converted("1\u200b2", " 7 ", attribute="workers")
    assert values == [12, 7]
    assert "text-repaired" not in set(issues["kind"])
