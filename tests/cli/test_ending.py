"""However a command ends, it says so in a line, and whether anything was stored."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from pathlib import Path

import pytest

from geo_relocation.cli import streams
from geo_relocation.model import schemas
from geo_relocation.workspace import open_workspace
from geo_relocation.workspace.decisions import Decisions
from geo_relocation.workspace.plans import Plans

PROGRAM = (sys.executable, "-c", "from geo_relocation.cli import main; main()")
ESCAPES = "\x1b]0;pwned\x07\x9b31m\x7f\r\u202e"


@pytest.fixture
def escaping(run, tmp_path):
    """A workspace with control characters and rich's markup in its texts."""
    path = tmp_path / "[red]w.gpkg"
    assert run("init", workspace=path).code == 0
    source = tmp_path / "s.csv"
    source.write_text(f"Mã cơ sở,Tên doanh nghiệp\nA,[bold]{ESCAPES}x[/bold]\n", "utf-8")
    assert run("import", "sites", source, workspace=path).code == 0
    return path


def test_no_control_character_of_the_data_reaches_the_screen(run, escaping, tmp_path):
    source = tmp_path / "t.csv"
    source.write_text("Mã cơ sở,Tên doanh nghiệp\nA,y\x1b[2Jy\n", "utf-8")
    commands = [
        ("issues",),
        ("issues", "--kind", "text-repaired"),
        ("import", "sites", source, "--dry-run"),
        ("list", "history", "A"),
        ("list", "show"),
        ("check",),
        ("totals",),
        ("issues", "--json"),
        ("undo", "--json"),
        ("explain", f"A{ESCAPES}"),
    ]
    for command in commands:
        done = run(*command, workspace=escaping)
        for text in (done.out, done.err):
            found = re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
            assert found == [], (command, text)


def test_markup_in_the_data_is_shown_as_it_is(run, escaping):
    done = run("scenario", "why", "[bold]A[/bold]", workspace=escaping)
    assert "[bold]A[/bold]" in done.err
    assert "[red]w.gpkg" in run("map", "--out", escaping, workspace=escaping).err


def test_json_keeps_what_a_terminal_would_obey_as_escapes():
    value = {"a": f"Xưởng {ESCAPES}"}
    text = streams.as_json(value)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert json.loads(text) == value


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "cp1258"},
    ],
    ids=["ascii", "cp1252", "cp1258"],
)
def test_a_legacy_code_page_loses_marks_but_never_a_run(run, province, environment):
    def screened(*more):
        return subprocess.run(
            [*PROGRAM, "--lang", "vi", "-w", province, "screen", *more],
            check=False, capture_output=True, env={**os.environ, **environment},
        )  # fmt: skip

    done = screened()
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode(environment.get("PYTHONIOENCODING", "ascii"))
    plain = "".join(c for c in unicodedata.normalize("NFD", said) if not unicodedata.combining(c))
    assert "Ra soat" in plain
    assert "Xung dot quy hoach 3" in plain.replace("đ", "d")
    as_json = screened("--json")
    assert json.loads(as_json.stdout.decode("ascii"))["verdicts"]["conflict"] == 3
    runs = run("runs", "--json", workspace=province).json
    assert [one["author"] for one in runs if one["kind"] == "screen"] == ["Cán bộ thử"] * 3


def test_a_fault_of_the_program_is_one_message_that_says_what_was_stored(
    run, province, monkeypatch, tmp_path
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "logs"))
    (tmp_path / "logs").mkdir()

    def broken(*_, **__):
        message = "no such \x1b[31mkey postgresql://a:geheim@host/land"
        raise KeyError(message)

    with monkeypatch.context() as patched:
        patched.setattr(Decisions, "sensitivity", broken)
        done = run("robustness", "--rules", "any-of-four-2024", workspace=province)
    assert done.code == 1
    assert "Traceback" not in done.err
    assert "fault of the program" in done.err
    assert "KeyError" in done.err
    assert "Nothing was stored" in done.err
    assert "\x1b" not in done.err
    (log,) = (tmp_path / "logs").glob("*.log")
    assert str(log) in done.err
    assert "Traceback" in log.read_text("utf-8")
    assert "geheim" not in log.read_text("utf-8") + done.err

    # What was stored before it is said, and so in JSON.
    monkeypatch.setattr("geo_relocation.workspace.screening.ScreenRun.summary", broken)
    done = run("screen", workspace=province)
    assert done.code == 1
    assert "Stored before that: " in done.err
    assert "Findings (3)" in done.err
    error = json.loads(run("screen", "--json", workspace=province).err)
    assert error["error"] == "unforeseen"
    assert "Findings (3)" in error["why"]

    monkeypatch.setenv("GEORELOC_DEBUG", "1")
    assert "Traceback" in run("screen", workspace=province).err


def test_ctrl_c_is_one_line_and_nothing_is_stored(run, province, monkeypatch):
    def stopped(*_, **__):
        signal.raise_signal(signal.SIGINT)
        time.sleep(5)

    def rows():
        with open_workspace(province) as opened:
            return {name: opened.count(name) for name in schemas() if name != "run_events"}

    monkeypatch.setattr(Plans, "match_inputs", stopped)
    before = rows()
    for more in ((), ("--json",)):
        done = run("match", "default", *more, workspace=province)
        assert done.code == 130
        assert len(done.err.strip().splitlines()) == 1
        assert "Stopped" in done.err
        assert "Nothing was stored" in done.err
    assert rows() == before
    # That somebody asked, and stopped it, is on record.
    states = [one["state"] for one in run("runs", "--json", workspace=province).json]
    assert states == ["stored", "cancelled", "cancelled"]


def test_a_signal_to_end_is_one_line_too(run, province, monkeypatch):
    def ended(*_, **__):
        signal.raise_signal(signal.SIGTERM)
        time.sleep(5)

    monkeypatch.setattr(Plans, "match_inputs", ended)
    done = run("match", "default", workspace=province)
    assert done.code == 143
    assert len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize("seconds", [0.15, 0.4, 0.8, 1.6])
def test_ctrl_c_in_the_first_seconds_is_quiet(province, seconds):
    process = subprocess.Popen(
        [*PROGRAM, "-w", province, "match", "default"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    # Not before Python itself is up: until then nobody can say a word.
    threading.Event().wait(seconds)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    if process.returncode == -signal.SIGINT or b"site" in err:
        pytest.skip("Python itself had not started")
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert b"Stopped" in err
    assert out == b""


def test_a_reader_that_goes_away_is_no_fault(province):
    process = subprocess.Popen(
        [*PROGRAM, "-w", province, "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    process.wait()
    assert b"Traceback" not in err
    assert b"fault of the program" not in err


def test_an_output_that_cannot_be_printed_after_storing_says_what_is_stored(run, province):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "-w", province, "screen"],
            check=False, stdout=full, stderr=subprocess.PIPE,
        )  # fmt: skip
    said = done.stderr.decode("utf-8")
    assert done.returncode == 1
    assert "Traceback" not in said
    assert "Findings (3)" in said
