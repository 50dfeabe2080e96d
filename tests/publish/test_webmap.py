"""The map in a real Chromium: self-contained, searchable, safe, and usable on a phone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import folium
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from geo_relocation.model import schema
from geo_relocation.publish import Content, build_map, palette, write_map
from geo_relocation.publish.webmap.page import SCRIPTS

from .conftest import EVIL, make_content, make_decisions, make_sites


@dataclass
class Opened:
    """A page with what it asked for and what went wrong in it."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def items(self) -> list[str]:
        """Titles of the list as shown."""
        return self.page.locator(".gr-item strong").all_inner_texts()

    def search(self, text: str) -> list[str]:
        """Titles after a search."""
        self.page.fill("#gr-search", text)
        self.page.wait_for_timeout(250)
        return self.items()

    def click_near(self, site: str, degrees_south: float = 0) -> None:
        """Go to a site on the map, and click there or some way south of it."""
        where = self.page.evaluate(
            """([id, south]) => {
                const map = Object.values(window).find(v => v && v.geoRelocation);
                const [lat, lon] = map.geoRelocation.sites.find(s => s.id === id).position;
                map.setView([lat, lon], 16, { animate: false });
                const point = map.latLngToContainerPoint([lat - south, lon]);
                const box = map.getContainer().getBoundingClientRect();
                return [point.x + box.x, point.y + box.y];
            }""",
            [site, degrees_south],
        )
        self.page.mouse.click(*where)


@pytest.fixture(scope="module")
def map_file(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of the whole town."""
    return write_map(content, tmp_path_factory.mktemp("map") / "map.html").path


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Opens a file in a fresh page; outside requests are noted and stopped."""
    contexts = []

    def start(path: Path, width: int = 1200, height: int = 800) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        result = Opened(context.new_page())

        def judge(route) -> None:
            if route.request.url.startswith(("http:", "https:", "ws:")):
                result.outside.append(route.request.url)
                route.abort()
            else:
                route.continue_()

        result.page.route("**/*", judge)
        result.page.on("pageerror", lambda error: result.errors.append(str(error)))
        result.page.on(
            "console",
            lambda message: result.errors.append(message.text) if message.type == "error" else None,
        )
        result.page.goto(path.as_uri())
        result.page.wait_for_selector(".gr-item", state="attached")
        return result

    yield start
    for context in contexts:
        context.close()


def pixels(page: Page) -> np.ndarray:
    """Screenshot of the map, without panel and legend."""
    hidden = ".leaflet-control-container, #gr-banner { visibility: hidden }"
    taken = page.locator(".folium-map").screenshot(style=hidden)
    picture = Image.open(io.BytesIO(taken))
    return np.asarray(picture.convert("RGB")).reshape(-1, 3)


def has_color(page: Page, color: str) -> bool:
    """Whether a colour of the palette stands on the map, as it is."""
    wanted = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])
    return bool((np.abs(pixels(page).astype(int) - wanted).max(axis=1) <= 6).any())


def test_the_file_asks_for_nothing(map_file: Path):
    html = map_file.read_text("utf-8")
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?https?:", html)
    for library in ("jquery", "bootstrap", "fontawesome", "cdn.", "glyphicons"):
        assert library not in html.lower()


@pytest.mark.browser
def test_the_map_opens_without_requests_or_errors(opened, map_file: Path):
    view = opened(map_file)
    assert view.outside == []
    assert view.errors == []
    assert view.page.title() == "Rà soát & di dời <Thuận An>"
    assert "DỮ LIỆU MẪU" in view.page.inner_text("#gr-banner")
    assert len(np.unique(pixels(view.page), axis=0)) > 50
    for entry in palette.VERDICTS[:3]:
        assert has_color(view.page, entry.color), entry.value
    assert view.page.inner_text("#gr-counts").split()[:2] == ["17", "Xung"]


@pytest.mark.browser
@pytest.mark.parametrize("query", ["Phường Lái Thiêu", "phuong lai thieu", "PHUONG  LAI thieu"])
def test_search_ignores_marks_and_case(opened, map_file: Path, query: str):
    view = opened(map_file)
    assert len(view.search(query)) == 25
    assert "25 trên 50" in view.page.inner_text("#gr-found")


@pytest.mark.browser
def test_search_knows_id_city_and_destination(opened, map_file: Path):
    view = opened(map_file)
    assert len(view.search("CS0007")) == 1
    assert view.search("3700000007") == []
    assert len(view.search("di an")) == 17
    assert len(view.search("cay truong")) == 7
    assert view.search("phát thuận gỗ 12") == ["Công ty TNHH Gỗ Thuận Phát 12"]
    assert view.search("không có ai") == []
    assert "Không có cơ sở nào" in view.page.inner_text("#gr-list")
    view.page.click("#gr-clear")
    assert "50 cơ sở" in view.page.inner_text("#gr-found")


@pytest.mark.browser
def test_a_map_with_confidential_attributes_searches_and_shows_them(
    opened, content: Content, tmp_path: Path
):
    made = write_map(content, tmp_path / "m.html", with_confidential=True)
    view = opened(made.path)
    assert view.search("3700000007") == ["Công ty TNHH Gỗ Thuận Phát 7"]
    view.search("CS0006")
    view.page.click(".gr-item")
    assert "thuộc diện phải di dời" in view.page.inner_text(".leaflet-popup-content")
    assert view.errors == []


def test_nothing_protected_is_in_the_map_unless_asked_for(tmp_path: Path):
    secret, tax = "BÍ MẬT: đang thanh tra", "0100112437"
    sites = make_sites()
    marked = {"env_breach", "fire_breach", "construction_breach", "consent"}
    texts = [a.name for a in schema("sites").fields if a.protection and a.type in ("text", "codes")]
    sites = sites.assign(**dict.fromkeys(texts, secret), **dict.fromkeys(marked, True))
    sites["tax_code"] = tax
    decisions = make_decisions(sites).assign(
        author=secret, ground=secret, explanation=secret,
        triggers='[{"id": "x", "result": "hit", "title": "' + secret + '"}]',
    )  # fmt: skip
    content = make_content(sites=sites, decisions=decisions)
    open_to_all = write_map(content, tmp_path / "a.html")
    html = open_to_all.path.read_text("utf-8")
    assert secret not in html
    assert tax not in html
    assert open_to_all.summary() == {"personal": [], "confidential": []}
    office = write_map(content, tmp_path / "b.html", with_confidential=True)
    html = office.path.read_text("utf-8")
    assert secret in html
    assert tax in html
    assert office.summary("vi")["confidential"] == [
        *("Mã số thuế", "Nơi mong muốn", "Nguyện vọng (nguyên văn)", "Diễn giải"),
    ]


@pytest.mark.browser
def test_filters_narrow_the_list_and_the_map(opened, map_file: Path):
    view = opened(map_file)
    view.page.select_option("#gr-verdict", "check")
    assert len(view.items()) == 17
    view.page.click("text=Ranh giới hành chính")
    for box in ("Đất ở", "Nông, lâm nghiệp"):
        view.page.locator(".gr-layers label", has_text=box).first.click()
    assert not has_color(view.page, palette.VERDICTS[0].color)
    assert has_color(view.page, palette.VERDICTS[1].color)
    view.page.select_option("#gr-city", "Thành phố Dĩ An")
    assert view.items() == []
    view.page.select_option("#gr-verdict", "*")
    view.page.select_option("#gr-placed", "unplaced")
    assert len(view.items()) == 4


@pytest.mark.browser
def test_a_click_in_the_list_opens_the_reason_on_the_map(opened, map_file: Path):
    view = opened(map_file)
    view.search("CS0006")
    view.page.click(".gr-item")
    card = view.page.inner_text(".leaflet-popup-content")
    for text in (
        "Công ty TNHH Gỗ Thuận Phát 6",
        "Xung đột quy hoạch",
        "Đa phần đất nằm trong đất ở",
        "Đất ở 80%",
        "41 m",
        "Di dời",
        "31/12/2028",
        "Nghiệm thu PCCC",
        "KCN Cây Trường",
        "11,2 km",
        "Gần nhất trong các khu nhận ngành gỗ.",
        "4.006 m²",
    ):
        assert text in card, text
    assert "NaN" not in card
    assert "null" not in card
    zoom = "Object.values(window).find(v => v && v.geoRelocation).getZoom()"
    assert view.page.evaluate(zoom) >= 15


@pytest.mark.browser
def test_a_firm_left_out_says_what_would_place_it(opened, map_file: Path):
    view = opened(map_file)
    view.search("CS0015")
    view.page.click(".gr-item")
    card = view.page.inner_text(".leaflet-popup-content")
    assert "Chưa bố trí được" in card
    assert "Không khu nào còn đủ đất." in card
    assert "Thêm 0,4 ha tại CCN Tam Lập 2." in card


@pytest.mark.browser
def test_a_site_without_a_place_shows_its_card_in_the_list(opened, map_file: Path):
    view = opened(map_file)
    view.search("CS0049")
    view.page.click(".gr-item")
    assert "Chưa có vị trí trên bản đồ" in view.page.inner_text(".gr-list .gr-card")
    assert view.page.locator(".leaflet-popup").count() == 0


@pytest.mark.browser
def test_a_click_on_the_map_finds_sites_parks_and_zones(opened, map_file: Path):
    view = opened(map_file)
    view.page.locator(".leaflet-marker-icon[title='KCN Cây Trường']").click()
    card = view.page.inner_text(".leaflet-popup-content")
    assert "Đang xây dựng" in card
    assert "Cơ sở được bố trí" in card
    view.click_near("CS0008")
    assert "Thuận Phát 8" in view.page.inner_text(".leaflet-popup-content h2")
    view.click_near("CS0001", degrees_south=0.0006)
    assert "Đất ở tại đô thị" in view.page.inner_text(".leaflet-popup-content h2")


@pytest.mark.browser
def test_layers_can_be_switched_and_sites_stay_on_top(opened, map_file: Path):
    view = opened(map_file)
    layers = view.page.locator(".gr-layers")
    conflict = layers.locator("label", has_text="Xung đột quy hoạch")
    view.page.click("text=Đường nối cơ sở đến nơi nhận")
    conflict.click()
    assert not has_color(view.page, palette.VERDICTS[0].color)
    conflict.click()
    assert has_color(view.page, palette.VERDICTS[0].color)
    # A layer switched on later must not cover the sites: this one stands in it.
    view.search("CS0012")
    layers.locator("fieldset", has_text="Hiện trạng").locator("label").first.click()
    assert has_color(view.page, palette.VERDICTS[0].color)
    assert layers.locator("label", has_text="Đất ở").count() == 2


@pytest.mark.browser
def test_names_are_text_and_never_run(opened, map_file: Path):
    view = opened(map_file)
    for site in ("CS0001", "CS0002"):
        view.search(site)
        view.page.click(".gr-item")
        view.page.wait_for_timeout(150)
    assert view.page.evaluate("window.hacked") is None
    assert "{{ 7*7 }} {% raw %}" in view.page.inner_text(".leaflet-popup-content h2")
    assert view.search("CS0001") == [EVIL]
    assert view.errors == []


@pytest.mark.browser
def test_on_a_phone_the_list_folds_away(opened, map_file: Path):
    view = opened(map_file, 390, 780)
    assert view.page.locator(".gr-item").first.is_hidden()
    assert not view.page.locator(".gr-layers details").get_attribute("open")
    view.page.click("#gr-toggle")
    view.page.wait_for_selector(".gr-item", state="visible")
    view.search("CS0006")
    view.page.click(".gr-item")
    assert view.page.locator(".gr-item").first.is_hidden()
    card = view.page.locator(".leaflet-popup").bounding_box()
    assert card is not None
    assert card["x"] >= -1
    assert card["x"] + card["width"] <= 391
    assert view.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_a_foreign_data_set_without_names_or_units_opens(opened, bare_content, tmp_path: Path):
    view = opened(write_map(bare_content, tmp_path / "m.html").path)
    assert view.errors == []
    assert view.items()[0] == "Site p0"
    assert view.page.locator("#gr-banner").is_hidden()
    assert view.page.locator("#gr-city").is_hidden()
    assert "Not screened" in view.page.inner_text(".gr-layers")
    assert has_color(view.page, palette.NOT_SCREENED.color)


@pytest.mark.browser
def test_nothing_at_all_still_opens(browser: Browser, tmp_path: Path):
    empty = make_content(
        sites=make_sites().iloc[:0], zones=None, parks=None, lots=None, roads=None,
        admin_units=None, findings=None, decisions=None, scenario=None, assignments=None,
    )  # fmt: skip
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(write_map(empty, tmp_path / "m.html").path.as_uri())
    page.wait_for_selector(".gr-layers")
    assert errors == []
    page.close()


@pytest.mark.browser
def test_base_tiles_are_the_only_thing_fetched(opened, content: Content, tmp_path: Path):
    view = opened(write_map(content, tmp_path / "m.html", base_tiles=True).path)
    view.page.wait_for_timeout(300)
    assert view.outside
    assert all(url.startswith("https://tile.openstreetmap.org/") for url in view.outside)


def test_a_notebook_gets_a_folium_map(content: Content):
    world = build_map(content)
    assert isinstance(world, folium.Map)
    folium.Marker([10.9, 106.7]).add_to(world)
    frame = world._repr_html_()
    assert "srcdoc" in frame
    assert "GeoRelocation.start" in frame


@pytest.mark.browser
def test_the_scripts_can_be_served_one_by_one_under_a_strict_policy(
    browser: Browser, opened, map_file: Path
):
    # A browser application serves the same files: nothing inline, nothing evaluated.
    templates = resources.files("geo_relocation.publish").joinpath("templates")
    static = resources.files("js_lib_leaflet").joinpath("static", "js_lib_leaflet")
    data = re.search(
        r'<script type="application/json" id="gr-data">.*?</script>', map_file.read_text("utf-8")
    )
    assert data is not None
    names = [f"{name}.js" for name in SCRIPTS]
    served = {f"/{name}": templates.joinpath("map", name).read_text("utf-8") for name in names}
    served["/leaflet.js"] = static.joinpath("leaflet.js").read_text("utf-8")
    served["/own.js"] = (
        'document.getElementById("world").style.height = "600px";'
        'const block = document.getElementById("gr-data").textContent;'
        'GeoRelocation.start(L.map("world", { preferCanvas: true }).setView([11, 106.6], 10),'
        " JSON.parse(block));"
    )
    scripts = "".join(
        f'<script src="/{name}"></script>' for name in ["leaflet.js", *names, "own.js"]
    )
    served["/"] = (
        '<!doctype html><meta charset="utf-8"><div id="world"></div>'
        + templates.joinpath("map.html").read_text("utf-8")
        + data.group(0)
        + scripts
    )

    def answer(route) -> None:
        path = route.request.url.removeprefix("https://office.test")
        kind = "text/html" if path == "/" else "text/javascript"
        policy = {"Content-Security-Policy": "default-src 'none'; script-src 'self'"}
        route.fulfill(body=served[path], content_type=f"{kind}; charset=utf-8", headers=policy)

    context = browser.new_context()
    try:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.route("https://office.test/**", answer)
        page.goto("https://office.test/")
        assert not errors
        page.wait_for_selector(".gr-item", state="attached")
        assert not errors
        assert page.locator(".gr-item strong").all_inner_texts() == opened(map_file).items()
        assert page.locator(".gr-layers fieldset").count()
    finally:
        context.close()
