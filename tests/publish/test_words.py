"""What the program says on maps, in workbooks, reports and projects is in one language.

The town's own texts are replaced by marks (``#12#``): what is left are the program's words.
"""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from geo_relocation.assessment.evidence import evidence_registry
from geo_relocation.matching.cost_columns import cost_columns
from geo_relocation.messages import Language
from geo_relocation.model import enums, schema, schemas
from geo_relocation.publish import Content, write_document, write_map, write_qgis, write_workbook
from geo_relocation.publish.records import evidence_label
from geo_relocation.publish.words import SCRIPT
from geo_relocation.scenarios import REGISTRY
from geo_relocation.screening import ScreeningParameters
from geo_relocation.text.syllables import is_syllable
from geo_relocation.words import style

from .conftest import (
    COSTS,
    make_admin_units,
    make_assignments,
    make_content,
    make_decisions,
    make_findings,
    make_parks,
    make_scenario,
    make_sites,
    make_zones,
)  # fmt: skip

LANGUAGES: tuple[Language, ...] = ("vi", "en")
MARK = re.compile(r"#\d+#")
WORD = re.compile(r"[^\W\d_²³]+")
NAMES = {
    *("CRS", "EPSG", "VN", "TM", "VSIC", "TCVN", "tcvn", "KCN", "CCN", "WGS", "USD", "VND"),
    *("ha", "km", "m", "s", "h", "II", "III", "GeoPackage", "QGIS", "OpenStreetMap", "Leaflet"),
    *("STT", "DS", "MST", "PCCC", "xlsx", "export"),
}
"""Names, signs of units, commands: the same in both languages."""

MARKED = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
VIETNAMESE = re.compile(f"[{MARKED}]", re.IGNORECASE)


# ---- the town without its texts ----------------------------------------------------------------


class Marks:
    """Replaces a text by its mark, the same one each time, so that keys still meet."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, text: str) -> str:
        return self.known.setdefault(text, f"#{len(self.known)}#")

    def frame(self, layer: str, frame: pd.DataFrame) -> pd.DataFrame:
        kept = {"ruleset_version", "key"}
        texts = [a.name for a in schema(layer).fields if a.type == "text" and a.name not in kept]
        marked = {
            name: frame[name].map(self.of, na_action="ignore").astype("str") for name in texts
        }
        return frame.assign(**marked)


def make_indicators() -> pd.DataFrame:
    rows = [
        {"plan_id": "P1", "key": one.key, "version": one.version, "value": 1.5, "unit": one.unit}
        for one in REGISTRY
    ]
    return schema("indicators").conform(pd.DataFrame(rows))


def wordless(language: Language) -> Content:
    """The town with every stage done and no text of its own."""
    marks, sites = Marks(), make_sites()
    decisions = make_decisions(sites)
    decisions.loc[:, "missing"] = "land_m2;in_park;housing_distance_m"
    costs = {name: cost_columns()[name] for name in COSTS if name in cost_columns()}
    assignments = make_assignments(sites)
    assignments = assignments.assign(**{a.name: 1.0 for a in costs.values()})
    frames = {
        "sites": sites, "zones": make_zones(), "parks": make_parks(),
        "admin_units": make_admin_units(), "findings": make_findings(sites),
        "decisions": decisions, "scenarios": make_scenario(), "assignments": assignments,
        "indicators": make_indicators(),
    }  # fmt: skip
    marked = {name: marks.frame(name, frame) for name, frame in frames.items()}
    marked["scenario"] = marked.pop("scenarios").assign(specification="{}")
    parameters = ScreeningParameters(housing_buffer_m=10).model_dump(mode="json")
    return make_content(
        **marked, title="#1000#", language=language, notes=(), lots=None, roads=None,
        cost_columns=costs, parameters=parameters,
    )  # fmt: skip


# ---- what stands in each output ----------------------------------------------------------------

EVERY_TEXT = """() => {
    const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const inside = walk.currentNode.parentElement.closest("script, style");
        if (!inside) found.push(walk.currentNode.data);
    }
    for (const name of ["title", "aria-label", "placeholder", "alt"]) {
        for (const element of document.querySelectorAll(`[${name}]`)) {
            found.push(element.getAttribute(name));
        }
    }
    return [...found, document.title];
}"""
OPENED = """() => {
    const map = Object.values(window).find(v => v && v.geoRelocation);
    const site = map.geoRelocation.sites.find(s => s.placed === "placed" && s.position);
    map.geoRelocation.open(site);
}"""


def map_texts(content: Content, folder: Path, browser: Browser) -> Iterator[str]:
    written = write_map(content, folder / "a.html", with_confidential=True, base_tiles=True)
    page = browser.new_page()
    page.route("https://**", lambda route: route.abort())
    page.goto(written.path.as_uri())
    yield from page.evaluate(EVERY_TEXT)
    page.evaluate(OPENED)
    yield from page.evaluate(EVERY_TEXT)
    page.locator(".leaflet-marker-icon").last.dispatch_event("click")
    yield from page.evaluate(EVERY_TEXT)
    page.fill("#gr-search", "qqqqqq")
    page.wait_for_timeout(250)
    yield from page.evaluate(EVERY_TEXT)
    page.close()


def workbook_texts(content: Content, folder: Path) -> Iterator[str]:
    book = openpyxl.load_workbook(write_workbook(content, folder / "a.xlsx").path)
    for sheet in book.worksheets:
        yield sheet.title
        yield from (str(v) for row in sheet.values for v in row if isinstance(v, str))


def report_texts(content: Content, folder: Path) -> Iterator[str]:
    document = Document(str(write_document(content, folder / "a.docx").path))
    yield from (paragraph.text for paragraph in document.paragraphs)
    yield from (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    yield document.sections[0].footer.paragraphs[0].text


def project_texts(content: Content, folder: Path) -> Iterator[str]:
    path = write_qgis(content, folder / "qgis").path
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("di-doi.qgs"))  # noqa: S314 - our own
    for tag, name in (
        ("layer-tree-group", "name"), ("layer-tree-layer", "name"), ("alias", "name"),
        ("category", "label"), ("config/Option/Option/Option/Option", "name"),
    ):  # fmt: skip
        yield from (element.get(name, "") for element in root.iterfind(f".//{tag}"))
    yield from (element.text or "" for element in root.iterfind(".//layername"))
    with closing(sqlite3.connect(path.with_suffix(".gpkg"))) as data:
        yield from (
            text for row in data.execute("SELECT styleName, description FROM layer_styles")
            for text in row
        )  # fmt: skip


OUTPUTS: dict[str, Callable[..., Iterator[str]]] = {
    "workbook": workbook_texts, "report": report_texts, "project": project_texts,
}  # fmt: skip


def own_words(texts: Iterator[str]) -> set[str]:
    """Texts without the town's own, those without a letter left out."""
    bare = (" ".join(MARK.sub("", text).split()) for text in texts)
    return {text for text in bare if WORD.search(text)}


CODES = (
    {column for layer in schemas().values() for column in layer.columns}
    | set(evidence_registry())
    | set(ScreeningParameters.model_fields)
    | {
        member.value
        for one in vars(enums).values()
        if isinstance(one, type) and issubclass(one, enums.LabelledEnum)
        for member in one
    }
)


def wrong_in(language: Language, texts: set[str]) -> list[str]:
    """Texts with a word of the other language, or that are a code."""
    found = [text for text in texts if text in CODES - NAMES or re.search(r"[a-z]_[a-z]", text)]
    if language == "en":
        return [*found, *(text for text in texts if VIETNAMESE.search(text))]
    return found + [
        text
        for text in texts
        if any(not is_syllable(word) for word in WORD.findall(text) if word not in NAMES)
    ]


def test_the_check_sees_foreign_words_and_codes() -> None:
    assert wrong_in("vi", {"Plan", "Phương án bố trí", "verdict", "Diện tích (ha)"}) == [
        "verdict",
        "Plan",
        "verdict",
    ] or set(wrong_in("vi", {"Plan", "Phương án", "verdict"})) == {"Plan", "verdict"}
    assert wrong_in("en", {"Kết luận", "Verdict"}) == ["Kết luận"]
    assert wrong_in("en", {"housing_distance_m", "conflict"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("output", OUTPUTS)
def test_an_output_speaks_one_language(output: str, language: Language, tmp_path: Path) -> None:
    texts = own_words(OUTPUTS[output](wordless(language), tmp_path))
    assert len(texts) > 40
    assert sorted(wrong_in(language, texts)) == []


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_speaks_one_language(language: Language, tmp_path: Path, browser: Browser) -> None:
    texts = own_words(map_texts(wordless(language), tmp_path, browser))
    assert len(texts) > 80
    # The right to OpenStreetMap's tiles rests on naming them so.
    assert wrong_in(language, texts - {"© OpenStreetMap contributors"}) == []


def test_all_that_the_script_says_is_in_its_table_and_nothing_else() -> None:
    scripts = resources.files("geo_relocation.publish").joinpath("templates", "map")
    code = "".join(one.read_text("utf-8") for one in scripts.iterdir() if one.name.endswith(".js"))
    said = set(re.findall(r'\bsay\("(\w+)"', code))
    assert said <= SCRIPT.keys()
    assert SCRIPT.keys() <= set(re.findall(r'"(\w+)"', code))


def test_every_evidence_that_may_be_missing_has_a_name() -> None:
    named = {need for one in evidence_registry().values() for need in one.needs}
    for key in named | {k for k, one in evidence_registry().items() if one.origin != "derived"}:
        for language in LANGUAGES:
            assert evidence_label(key, language) not in CODES


# ---- numbers and days: Python and JavaScript ---------------------------------------------------


@pytest.fixture(scope="module")
def words_page(browser: Browser) -> Iterator[Page]:
    """A page that holds the script of words alone."""
    script = resources.files("geo_relocation.publish").joinpath("templates", "map", "words.js")
    page = browser.new_page()
    page.set_content("<title>x</title>")
    page.add_script_tag(content=script.read_text("utf-8"))
    yield page
    page.close()


NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12),
    st.floats(-1e12, 1e12, allow_nan=False),
    st.integers(-(10**6), 10**6).map(lambda n: n / 8),  # halves, where rounding is decided
    st.integers(-(10**6), 10**6).map(lambda n: n / 1000),
)
DECIMALS = st.one_of(st.none(), st.integers(0, 4))
WRITTEN = """([language, cases, shares, days]) => {
    const { number, percent, day } = GeoRelocation.style(language);
    return [...cases.map(([value, decimals]) => number(value, decimals ?? undefined)),
        ...shares.map(percent), ...days.map(day)];
}"""


@pytest.mark.browser
@settings(max_examples=15, deadline=None)
@given(
    cases=st.lists(st.tuples(NUMBERS, DECIMALS), min_size=40, max_size=40),
    shares=st.lists(st.floats(0, 1), min_size=10, max_size=10),
    days=st.lists(st.dates(), min_size=5, max_size=5),
)
def test_python_and_javascript_write_alike(words_page: Page, cases, shares, days) -> None:
    for language in LANGUAGES:
        ours = style(language)
        expected = [ours.number(value, decimals) for value, decimals in cases]
        expected += [ours.percent(share) for share in shares] + [ours.day(day) for day in days]
        sent = [language, cases, shares, [day.isoformat() for day in days]]
        assert words_page.evaluate(WRITTEN, sent) == expected


@pytest.mark.browser
def test_what_javascript_writes(words_page: Page) -> None:
    cases = [[42.4, None], [1512, None], [1234567.891, 1], [-0.001, 1], [2.5, 0], [-7, None]]
    sent = [cases, [0.0357, 0.5], ["2028-12-31"]]
    said = words_page.evaluate(WRITTEN, ["vi", *sent])
    assert said == ["42,4", "1.512", "1.234.567,9", "0", "2", "-7", "3,57%", "50%", "31/12/2028"]
    said = words_page.evaluate(WRITTEN, ["en", *sent])
    assert said == ["42.4", "1,512", "1,234,567.9", "0", "2", "-7", "3.57%", "50%", "2028-12-31"]
    english = ["{count:n} site", "{count:n} sites of {name}"]
    say = "([w, l, v]) => GeoRelocation.sayer({ k: w }, l)('k', v)"
    assert words_page.evaluate(say, [english, "en", {"count": 1}]) == "1 site"
    many = words_page.evaluate(say, [english, "en", {"count": 1512, "name": "{count}"}])
    assert many == "1,512 sites of {count}"
