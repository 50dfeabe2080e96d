"""Both ways through TCVN3, VNI and Windows-1258."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given

from geo_relocation.errors import UnknownNameError
from geo_relocation.text.legacy import (
    canonical_encoding,
    decode_text,
    encode_text,
    fits,
    single_bytes,
)
from geo_relocation.text.syllables import TONES, VOWELS

from .vietnamese_words import old_communes, spoken

LETTERS = [unicodedata.normalize("NFC", v + tone) for v in VOWELS for tone in TONES] + ["đ"]


def test_there_are_91_old_communes():
    assert len(old_communes()) == 91


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "cp1258"])
@pytest.mark.parametrize("name", old_communes())
def test_names_of_the_province_survive_a_round_trip(name, encoding):
    for form in (name, name.upper(), name.lower()):
        encoded = encode_text(form, encoding)
        assert encoded.lost == ()
        assert encoded.text.encode("latin-1")
        assert form.isascii() or encoded.text != form
        assert decode_text(encoded.text, encoding) == form


@pytest.mark.parametrize(
    ("unicode", "tcvn3", "vni"),
    [
        ("Phường Lái Thiêu", "Ph\u00adêng L¸i Thiªu", "Phöôøng Laùi Thieâu"),
        ("Thị trấn Dầu Tiếng", "ThÞ trÊn DÇu TiÕng", "Thò traán Daàu Tieáng"),
        ("Đất Cuốc", "§Êt Cuèc", "Ñaát Cuoác"), ("Dĩ An", "DÜ An", "Dó An"),
        ("Bến Cát", "BÕn C¸t", "Beán Caùt"), ("Mỹ Phước", "Mü Ph\u00adíc", "Myõ Phöôùc"),
        ("THỦ DẦU MỘT", "THñ DÇU MéT", "THUÛ DAÀU MOÄT"), ("Kỵ", "Kþ", "Kî"),
        ("Ỷ Ỵ Ĩ Ỉ Ị", None, "YÛ Î Ó Æ Ò"), ("Đắk Lắk", "§¾k L¾k", "Ñaék Laék"),
    ],
)  # fmt: skip
def test_known_texts(unicode, tcvn3, vni):
    assert encode_text(unicode, "vni") == (vni, ())
    assert decode_text(vni, "vni") == unicode
    if tcvn3 is not None:
        assert encode_text(unicode, "tcvn3").text == tcvn3
        assert decode_text(tcvn3, "tcvn3") == unicode


@pytest.mark.parametrize("letter", LETTERS)
def test_every_small_letter_in_every_encoding(letter):
    for encoding in ("tcvn3", "vni", "cp1258"):
        encoded = encode_text(letter, encoding)
        assert encoded.lost == ()
        assert decode_text(encoded.text, encoding) == letter
        assert fits(encoded.text, encoding)


@pytest.mark.parametrize("letter", [letter.upper() for letter in LETTERS])
def test_every_capital_in_every_encoding(letter):
    for encoding in ("vni", "cp1258"):
        encoded = encode_text(letter, encoding)
        assert encoded.lost == ()
        assert decode_text(encoded.text, encoding) == letter
    encoded = encode_text(letter, "tcvn3")
    # TCVN3 has no capitals with a tone: what is lost is the case, and it is said.
    assert decode_text(encoded.text, "tcvn3").upper() == letter
    assert encoded.lost == (() if decode_text(encoded.text, "tcvn3") == letter else (letter,))


def test_tables_map_each_letter_to_its_own_code():
    for encoding in ("tcvn3", "vni", "cp1258"):
        assert len({encode_text(letter, encoding).text for letter in LETTERS}) == len(LETTERS)


# The keyboard chart of VNI-Windows, in the order a à ả ã á ạ of the tones.
VNI_CHART = {
    "a": "a aø aû aõ aù aï", "ă": "aê aè aú aü aé aë", "â": "aâ aà aå aã aá aä",
    "e": "e eø eû eõ eù eï", "ê": "eâ eà eå eã eá eä", "i": "i ì æ ó í ò",
    "o": "o oø oû oõ où oï", "ô": "oâ oà oå oã oá oä", "ơ": "ô ôø ôû ôõ ôù ôï",
    "u": "u uø uû uõ uù uï", "ư": "ö öø öû öõ öù öï", "y": "y yø yû yõ yù î",
}  # fmt: skip


def test_vni_agrees_with_its_chart():
    assert encode_text("đĐ", "vni").text == "ñÑ"
    for vowel, row in VNI_CHART.items():
        for tone, written in zip(TONES, row.split(), strict=True):
            letter = unicodedata.normalize("NFC", vowel + tone)
            assert encode_text(letter, "vni").text == written
            assert encode_text(letter.upper(), "vni").text == written.upper()


@pytest.mark.skipif(shutil.which("iconv") is None, reason="the C library's iconv is not here")
def test_tcvn3_agrees_with_the_c_library():
    for letter in LETTERS:
        code = encode_text(letter, "tcvn3").text.encode("latin-1")
        read = subprocess.run(
            ["iconv", "-f", "TCVN5712-1", "-t", "UTF-8"],
            input=code,
            capture_output=True,
            check=True,
        )
        assert unicodedata.normalize("NFC", read.stdout.decode()) == letter


def test_capitals_of_tcvn3():
    assert decode_text("Êp 3", "tcvn3") == "ấp 3"
    assert encode_text("Ấp 3", "tcvn3").lost == ("Ấ",)
    assert decode_text("L¸I THI£U", "tcvn3") == "LÁI THIÊU"
    assert decode_text("X· AN T¢Y", "tcvn3") == "XÃ AN TÂY"
    assert decode_text("Hµ", "tcvn3") == "Hà"
    assert decode_text("KCN Hµ", "tcvn3") == "KCN Hà"
    assert decode_text("§¾K L¾K", "tcvn3") == "ĐẮK LẮK"
    assert decode_text("Kn\u00edp JL¬i", "tcvn3") == "Knớp JLơi"


@given(spoken("lower"))
def test_any_vietnamese_text_in_small_letters(text):
    for encoding in ("tcvn3", "vni", "cp1258"):
        encoded = encode_text(text, encoding)
        assert encoded.lost == ()
        assert decode_text(encoded.text, encoding) == text


@given(spoken())
def test_any_vietnamese_text_in_any_case(text):
    for encoding in ("vni", "cp1258"):
        assert decode_text(encode_text(text, encoding).text, encoding) == text
    encoded = encode_text(text, "tcvn3")
    assert decode_text(encoded.text, "tcvn3").lower() == text.lower()
    assert bool(encoded.lost) == (decode_text(encoded.text, "tcvn3") != text)


@given(spoken())
def test_mojibake_is_mended(text):
    spoilt = text.encode("utf-8").decode("latin-1")
    assert decode_text(spoilt, "utf-8-as-cp1252") == text
    # Windows-1252 shows some bytes as other letters.
    shown = "".join(bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in text.encode())
    assert decode_text(shown, "utf-8-as-cp1252") == text
    assert decode_text(text, "utf-8-as-cp1252") == text


def test_text_that_cannot_be_legacy_is_left_alone():
    for encoding in ("tcvn3", "vni", "cp1258", "utf-8-as-cp1252"):
        assert decode_text("Dương", encoding) == "Dương"
    assert decode_text("Café", "utf-8-as-cp1252") == "Café"
    assert single_bytes("ư") is None
    assert single_bytes("“é”") == b"\x93\xe9\x94"


def test_letters_that_an_encoding_lacks_are_named():
    assert encode_text("Ł", "vni") == ("?", ("Ł",))
    assert encode_text("Ł", "tcvn3") == ("?", ("Ł",))
    assert encode_text("ñ", "tcvn3").lost == ("ñ",)
    assert "ñ" in encode_text("ñ", "vni").lost


def test_names_of_encodings():
    assert canonical_encoding("ABC") == "tcvn3"
    assert canonical_encoding(" TCVN_3 ") == "tcvn3"
    assert canonical_encoding("VNI-Windows") == "vni"
    assert canonical_encoding("UTF8") == "utf-8"
    with pytest.raises(UnknownNameError, match="koi8"):
        canonical_encoding("koi8")
