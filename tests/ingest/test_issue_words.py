"""Issues are stored as kinds and figures, and said in the language of whoever reads them."""

import ast
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from geo_relocation.ingest.issues import issue_kinds, sentence_of
from geo_relocation.ingest.log import export_frame, in_words
from geo_relocation.ingest.raw import Note
from geo_relocation.messages import Message
from geo_relocation.model import schema
from geo_relocation.model.told import TABLES, gaps
from geo_relocation.words import say, translated

from .making import issue

INGEST = Path(__file__).resolve().parents[2] / "geo_relocation" / "ingest"
OUGHT = ("ingest", "detail", "parsing")
SENTENCES = [
    pytest.param(sentence, id=f"{table}.{code}")
    for table in OUGHT
    for code, sentence in TABLES[table].items()
]
ALWAYS_THERE = {"field", "column", "value", "count"}
ENGLISH = re.compile(
    r"\b(the|of|is|are|was|were|not|and|row|rows|cell|cells|column|columns|value|values|zone|zones|"
    r"location|locations|file|park|site|sites|name|address|left|empty|read|taken|given|unknown)\b"
)
COMMANDS = re.compile(r"--\w+(-\w+)*|\(\.cpg\)|#N/A|#REF!|keep|merge|Excel|Unicode|NFC|ASCII")
HEADER = "Mã cơ sở,Tên doanh nghiệp,Số lao động,Kinh độ,Vĩ độ\n"


def forms(sentence: Message) -> list[str]:
    """The Vietnamese of a sentence; a plural has one form for all numbers."""
    return [translated(sentence.text, "vi")]


def test_the_kinds_and_their_sentences_are_the_same():
    assert set(issue_kinds()) == set(TABLES["ingest"])


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_has_both_languages_and_the_same_gaps(sentence):
    (vi,) = forms(sentence)
    named = set(re.findall(r"{(\w+)", vi))
    assert named == gaps(sentence)
    if re.search(r"\b[a-z]{3,}\b", re.sub(r"{[^}]*}", "", sentence.text)):
        assert vi != sentence.text
    words = COMMANDS.sub(" ", re.sub(r"{[^}]*}", " ", vi))
    assert not ENGLISH.search(words), words


def calls(source: str):
    """Kinds that a module notes, each with the names that it gives and the line it stands in."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in {"Note", "add", "add_rows", "refuse"} or not node.args:
            continue
        kind = node.args[0]
        if not (isinstance(kind, ast.Constant) and kind.value in TABLES["ingest"]):
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        figures = given.pop("figures", None)
        if figures is not None and not isinstance(figures, ast.Dict):
            continue  # put together elsewhere: that is found where it is told
        keys = figures.keys if figures is not None else []
        yield kind.value, set(given) | {key.value for key in keys}, node.lineno


def test_whoever_notes_a_kind_gives_the_figures_of_its_sentence():
    seen = set()
    for path in sorted(INGEST.glob("*.py")):
        for kind, given, line in calls(path.read_text("utf-8")):
            seen.add(kind)
            lacking = gaps(TABLES["ingest"][kind]) - ALWAYS_THERE - given
            assert not lacking, f"{path.name}:{line} {kind}"
            lost = given - gaps(TABLES["ingest"][kind]) - ALWAYS_THERE
            lost -= {
                "row",
                "position",
                "values",
                "detail",
                "action",
                "record_id",
                "cells",
            }
            assert not lost, f"{path.name}:{line} {kind}"
    assert len(seen) > len(issue_kinds()) / 2


def test_a_log_holds_kinds_and_figures_and_is_said_in_either_language(import_csv):
    done = import_csv(HEADER + "A,Gỗ,nhiều,106.7,10.9\nB,Sắt,1512,,\n", "sites")
    for message in done.issues["message"]:
        assert json.loads(message)["say"]
    assert done.issues["message_en"].isna().all()
    assumed = done.issues[done.issues["kind"] == "accuracy-assumed"].iloc[0]
    assert json.loads(assumed["message"]) == {
        "say": "ingest.accuracy-assumed",
        "count": 1,
        "metres": 30.0,
        "basis": {"enum": "LocationSource", "value": "coordinates"},
    }
    said = issue(done, "accuracy-assumed").iloc[0]
    assert said["message"] == "1 vị trí không ghi độ chính xác; giả định 30 m (Tọa độ khai báo)."
    assert said["message_en"] == "1 location states no accuracy; 30 m assumed (Stated coordinates)."


def test_a_field_is_told_by_its_label_and_a_column_as_its_file_calls_it(import_csv):
    column = sentence_of(Note("column-unmapped", field="land_m2"), "sites")
    assert say(column, "vi") == (
        "Cột “land_m2” không khớp trường nào nên không nhập (1 ô có dữ liệu)."
    )
    field = sentence_of(Note("value-missing", field="land_m2"), "sites")
    assert "land_m2" not in say(field, "vi") + say(field, "en")
    done = import_csv(HEADER.replace("Số lao động", "Tình trạng hoạt động")
                      + "A,Gỗ,lạ lùng,106.7,10.9\n", "sites")  # fmt: skip
    missing = in_words(done.issues, "vi")["message"]
    assert not missing.str.contains("land_m2|location_source|accuracy_m").any()


def old_row(import_id="I0"):
    rows = pd.DataFrame(
        {
            "issue_id": [f"{import_id}-1"], "import_id": [import_id], "layer": ["sites"],
            "file": ["cu.csv"], "row": [2], "kind": ["no-location"], "severity": ["warning"],
            "action": ["kept"], "message": ["Dòng không có vị trí."],
            "message_en": ["The row has no location."],
        }
    )  # fmt: skip
    return schema("issues").conform(rows)


def test_rows_of_earlier_versions_are_shown_as_they_are():
    said = {language: in_words(old_row(), language).iloc[0] for language in ("vi", "en")}
    assert said["vi"]["message"] == "Dòng không có vị trí."
    assert said["en"]["message"] == said["vi"]["message_en"] == "The row has no location."
    one_language = old_row().assign(message_en=pd.array([None], dtype="str"))
    assert in_words(one_language, "en")["message"].tolist() == ["Dòng không có vị trí."]
    assert "The row has no location." in export_frame(old_row(), "en").to_numpy()
