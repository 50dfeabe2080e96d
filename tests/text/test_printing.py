"""Control characters become signs: in texts and in whole frames."""

import re
import xml.etree.ElementTree as ET

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo_relocation.text.printing import printable, printable_frame

ANY = st.text(st.characters(blacklist_categories=()), max_size=40)


@given(ANY)
def test_what_is_printable_is_legal_xml_and_nothing_a_terminal_obeys(text):
    shown = printable(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    found = ET.fromstring(f"<a>{escaped}</a>".encode())  # noqa: S314 - made here
    assert (found.text or "") == shown
    assert printable(shown) == shown


@given(st.text(st.characters(whitelist_categories=("L", "N", "P", "S", "Zs")), max_size=40))
def test_what_is_harmless_stays_as_it_is(text):
    assert printable(text) == text


def test_signs_tell_what_was_there():
    assert printable("a\x1b[2J\x0b\x7f\u202eb") == "a␛[2J␋␡�b"
    assert printable("dòng 1\r\ndòng 2\tx") == "dòng 1\ndòng 2\tx"


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=12))
def test_a_frame_is_made_printable_cell_by_cell(values):
    frame = pd.DataFrame({"a": pd.Series(values, dtype="str"), "n": range(len(values))})
    shown = printable_frame(frame)
    expected = [None if value is None else printable(value) for value in values]
    assert [None if pd.isna(value) else value for value in shown["a"]] == expected
    assert shown["n"].tolist() == frame["n"].tolist()
    assert shown.dtypes.equals(frame.dtypes)
    if expected == values:
        assert shown is frame
