"""A password in an address never appears, wherever the address is wrong."""

from __future__ import annotations

import contextlib
import io
import json
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import geo_relocation
from geo_relocation.cli import main
from geo_relocation.errors import GeoRelocationError
from geo_relocation.publish.qgis.source import postgis_connection
from geo_relocation.redaction import looks_like_address, redacted
from geo_relocation.settings import Settings

SECRET = "S3cretWord"  # noqa: S105
NOWHERE = "127.0.0.1:1"
"""A port on which nothing listens: connections are refused at once."""

MALFORMED = [
    "postgresql://planner:{pw}@{place}/land",
    "postgresql://planner:{pw}@{place}/land?schema=BAD",
    "postgresql://planner:{pw}@{place}/land?nonsense=1",
    "postgresql://planner:{pw}@{place}/land?sslmode=nonsense",
    "postgresql://planner@{place}/land?password={pw}",
    "postgresql://planner@{place}/land?password={pw}&schema=none",
    "postgresql://planner@{place}/land?schema={pw}",
    "postgresql://planner@{place}/land?{pw}",
    "postgresql://planner@{place}/land?{pw}=1",
    "postgresql://planner:{pw}@{place}/land/extra",
    "postgresql+psycopg://planner:{pw}@{place}/land",
    "mysql://planner:{pw}@{place}/land",
    "{pw}://planner@{place}/land",
    "planner:{pw}@{place}/land",
    "planner/{pw}@{place}/land",
    "{pw}@{place}/land",
    "Postgresql:/planner:{pw}@{place}/land",
    "postgresql:planner:{pw}@{place}/land",
    "postgres planner:{pw}@{place}/land",
    " postgresql://planner:{pw}@{place}/land",
    "postgresql://planner:1234/{pw}@{place}/land",
    "postgresql://planner:a/{pw}@{place}/land",
    "postgresql://planner:12#{pw}@{place}/land",
    "postgresql://planner:a?{pw}@{place}/land",
    "postgresql://planner:12?x={pw}@{place}/land",
    "postgresql://planner:[{pw}@{place}/land",
    "postgresql://planner:{pw}@x@{place}/land",
    "postgresql://planner:a@{pw}@{place}/land",
    "postgresql://{pw}@{place}/land",
    "postgresql://{pw}:@{place}/land",
    "postgresql://planner:{pw}@{place}",
    "postgresql://planner:{pw}@{place}x/land",
    "postgresql://planner:{pw}",
    "host=127.0.0.1 port=1 user=planner password={pw} dbname=land",
]


def said_by(call: Callable[[], object]) -> str:
    """All that an error of the tree could show: its words, its chain, its traceback."""
    with pytest.raises(GeoRelocationError) as caught:
        call()
    error = caught.value
    assert error.__cause__ is None or SECRET not in repr(error.__cause__)
    return str(error) + "".join(traceback.format_exception(error))


@pytest.mark.parametrize("form", MALFORMED)
def test_no_error_shows_the_password(form: str) -> None:
    url = form.format(pw=SECRET, place=NOWHERE)
    for call in (geo_relocation.open, geo_relocation.create, geo_relocation.migrate):
        assert SECRET not in said_by(lambda call=call: call(url))


@pytest.mark.parametrize("form", MALFORMED)
@pytest.mark.parametrize(
    ("way", "style"), [("option", ["--json"]), ("environment", []), ("file", [])]
)
def test_no_command_prints_the_password(
    form: str,
    way: str,
    style: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Any,
) -> None:
    monkeypatch.chdir(tmp_path)
    url = form.format(pw=SECRET, place=NOWHERE)
    if way == "environment":
        monkeypatch.setenv("GEORELOC_WORKSPACE", url)
    elif way == "file":
        (tmp_path / "georelocation.toml").write_text(f"workspace = {json.dumps(url)}\n", "utf-8")
    done = run("runs", *style, workspace=url if way == "option" else None)
    assert done.code in {1, 2}
    assert SECRET not in done.out + done.err
    assert done.err.strip()


@pytest.mark.parametrize(
    "content",
    [
        'workspace = "{url}"\nbad = 1\n',
        'workspace = "{url}\n',
        'workspace = ["{url}"]\n',
        'workspace = {{ url = "{url}" }}\n',
        '"{url}" = 1\n',
        "{url} = 1\n",
        '["{url}"]\nx = 1\n',
        'threads = "{url}"\n',
        'language = "{url}"\n',
        'reading = "{url}"\n',
        'reading.rows = "{url}"\n',
    ],
)
def test_no_mistake_in_the_settings_shows_the_password(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    url = f"postgresql://planner:{SECRET}@{NOWHERE}/land"
    (tmp_path / "georelocation.toml").write_text(content.format(url=url), "utf-8")
    done = run("runs")
    assert done.code == 2
    assert SECRET not in done.out + done.err
    assert SECRET not in said_by(geo_relocation.open)


@pytest.mark.parametrize("name", ["WORKSPACE", "THREADS", "LANGUAGE", "READING", "READING__ROWS"])
def test_no_variable_shows_the_password(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"GEORELOC_{name}", f"postgresql://planner:{SECRET}@{NOWHERE}/land")
    done = run("runs")
    assert done.code in {1, 2}
    assert SECRET not in done.out + done.err
    monkeypatch.setenv("GEORELOC_WORKSPACE", f"postgresql://planner:{SECRET}@{NOWHERE}/land")
    assert SECRET not in run("runs", "--help").out
    assert SECRET not in run("--help").out


def test_settings_do_not_show_it_when_printed() -> None:
    shown = repr(Settings(workspace=f"postgresql://planner:{SECRET}@h/land"))
    assert SECRET not in shown


_around = st.text(st.sampled_from("abz019:/?#@[]%&= .\\'\"+,;!$"), max_size=6)
_heads = st.sampled_from(
    [
        "postgresql://planner:",
        "postgres://planner:",
        "planner:",
        "postgresql:",
        "//p:",
        "postgresql:/p:",
        "postgresql+x://p:",
        "POSTGRESQL://p:",
        "postgresql://",
        "http://p:",
    ]
)
_tails = st.sampled_from(["@127.0.0.1:1/land", "@127.0.0.1:1", "@/land", "@127.0.0.1:1/l?schema=a"])


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(head=_heads, before=_around, after=_around, tail=_tails)
def test_a_password_with_any_signs_around_it(head: str, before: str, after: str, tail: str) -> None:
    url = f"{head}{before}{SECRET}{after}{tail}"
    assume("\0" not in url)
    assert SECRET not in said_by(lambda: geo_relocation.open(url))
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit):
        main(["runs", "--json", "-w", url])
    assert SECRET not in out.getvalue() + err.getvalue()


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://planner:12/{SECRET}@{NOWHERE}/land",
        f"postgresql://planner:{SECRET}@{NOWHERE}/land",
        f"postgresql://planner:a?{SECRET}@{NOWHERE}/land",
        f"postgresql://planner:a#{SECRET}@{NOWHERE}/land",
        f"postgresql://planner:[{SECRET}@{NOWHERE}/land",
    ],
)
def test_no_project_for_qgis_holds_it(url: str, tmp_path: Path) -> None:
    shown = ""
    with contextlib.suppress(GeoRelocationError):
        shown = str(postgis_connection(url))
    assert SECRET not in shown


def test_names_of_files_are_no_addresses(tmp_path: Path) -> None:
    for name in (
        "binhduong.gpkg", "đề án@2024.gpkg", "a b/c.gpkg", "../x.gpkg", r"C:\Users\me@x\y.gpkg",
        "//server/share/x.gpkg", "postgresql.gpkg", "password.gpkg",
    ):  # fmt: skip
        assert not looks_like_address(name), name
    strange = tmp_path / "a:b@c"
    strange.touch()
    assert not looks_like_address(str(strange))
    assert looks_like_address(str(tmp_path / "other:b@c"))


def test_text_from_elsewhere_is_shown_without_addresses() -> None:
    assert redacted("line 3: postgresql://a:b@c/d is wrong") == (
        f"line 3: {redacted('x@y')} is wrong"
    )
    assert redacted("threads: must be a number") == "threads: must be a number"
