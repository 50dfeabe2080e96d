"""`report leader`: Word and PDF of the newest plan or of one that is named, over nothing else."""

from __future__ import annotations

import json
import subprocess

import pytest
from docx import Document


@pytest.fixture
def planned(run, province, scenario_file):
    """The small province with a plan: two firms have a place, one has none."""
    assert run("match", scenario_file(), "--work", "1", workspace=province).code == 0
    return province


def text_of(path):
    document = Document(str(path))
    cells = [c for table in document.tables for row in table.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *(c.text for c in cells)])


def test_both_files_of_the_newest_plan(run, planned, tmp_path):
    word, pdf = tmp_path / "t.docx", tmp_path / "t.pdf"
    done = run("report", "leader", "--out", word, "--pdf", pdf, "--json", workspace=planned)
    assert done.code == 0, done.err
    assert json.loads(done.out)["files"] == [str(word), str(pdf)]
    text = text_of(word)
    assert "Thử" in text
    assert "2 trong 3 cơ sở có chỗ, tại 2 khu, cụm, trên 8 ha." in text
    assert "trung bình cách chỗ cũ 15 km" in text
    assert "1 cơ sở chưa có chỗ." in text
    assert "Khu Tây" in text
    assert "plan-" not in text
    told = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1" in told
    # Their own kind they replace unasked, in English too; somebody's own file they do not.
    done = run("report", "leader", "--out", word, "--pdf", pdf, "--lang", "en", workspace=planned)
    assert done.code == 0, done.err
    assert "2 of 3 firms have a place" in text_of(word)
    for path, option in ((word, "--out"), (pdf, "--pdf")):
        path.write_bytes(b"%PDF-1.7 mine")
        done = run("report", "leader", option, path, workspace=planned)
        assert done.code == 2
        assert "--force" in done.err
        assert path.read_bytes() == b"%PDF-1.7 mine"
    assert run("report", "leader", "--out", word, "--force", workspace=planned).code == 0


def test_what_cannot_be_is_told(run, province, planned, tmp_path):
    done = run("report", "leader", workspace=planned)
    assert done.code == 2
    assert "--pdf" in done.err
    done = run("report", "leader", "no-such", "--out", tmp_path / "t.docx", workspace=planned)
    assert done.code == 2
    assert "no-such" in done.err
    assert not (tmp_path / "t.docx").exists()
    assert run("report", "leader", "--out", planned, "--force", workspace=planned).code == 2


def test_without_a_plan_the_next_step_is_named(run, province, tmp_path):
    done = run("report", "leader", "--out", tmp_path / "t.docx", workspace=province)
    assert done.code == 1
    assert "geo-relocation match" in done.err
