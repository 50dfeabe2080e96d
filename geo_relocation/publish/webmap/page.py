"""The folium map and the file it is written to."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib import resources
from pathlib import Path

import folium
from branca.element import Element, Figure, MacroElement

from geo_relocation.publish.content import Content
from geo_relocation.publish.files import NOTHING, Protected, replaced
from geo_relocation.publish.kinds import MAP as KIND
from geo_relocation.publish.webmap.encoding import to_json
from geo_relocation.publish.webmap.payload import map_payload, protected_on_map
from geo_relocation.publish.written import Written

_LEAFLET = "js_lib_leaflet"
_DATA_ID = "gr-data"
# The map's scripts share one namespace, `GeoRelocation`, each using those before it. Plain
# scripts, since a file opened from a folder may not load ES modules; and so that the same files
# can be served one by one.
SCRIPTS = ("words", "data", "cards", "layers", "list", "legend", "start")


class Verbatim(Element):
    """A piece of the page that is written as it is.

    folium's own elements read their text as a Jinja template when the page is rendered, so
    that a firm named ``{{ … }}`` would be run; this one does not.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Verbatim"
        self.text = text

    def render(self, **kwargs: object) -> str:  # noqa: ARG002 - branca's signature
        """The text, untouched."""
        return self.text


def _page_of(element: Element) -> Figure:
    """The page that an element belongs to."""
    page = element.get_root()
    if not isinstance(page, Figure):
        message = f"{element.get_name()} is not part of a page."
        raise TypeError(message)
    return page


class OfflineMap(folium.Map):
    """A folium map whose only library is Leaflet, inlined: nothing is fetched."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's attribute
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def render(self, **kwargs: object) -> None:  # type: ignore[override] # as folium's own
        """Put Leaflet into the page's head, then render as folium does."""
        header = _page_of(self).header
        header.add_child(Verbatim(f"<style>{_leaflet_css()}</style>"), name="leaflet_css")
        header.add_child(Verbatim(f"<script>{_leaflet_js()}</script>"), name="leaflet")
        super().render(**kwargs)  # type: ignore[no-untyped-call]


class MapContents(MacroElement):
    """Panel, layers, legend and popups of a `Content`, drawn by our own script."""

    def __init__(self, data: str, world: folium.Map) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "MapContents"
        self.data = data
        self.world = world

    def render(self, **kwargs: object) -> None:  # type: ignore[override] # noqa: ARG002
        """Add style, panel, data and script to the page."""
        figure = _page_of(self)
        name = self.get_name()
        figure.header.add_child(Verbatim(f"<style>{_template('map.css')}</style>"), name="gr_css")
        block = f'<script type="application/json" id="{_DATA_ID}">{self.data}</script>'
        figure.html.add_child(Verbatim(_template("map.html")), name=f"{name}_panel")
        figure.html.add_child(Verbatim(block), name=f"{name}_data")
        figure.script.add_child(Verbatim(_scripts()), name="gr_js")
        call = (
            f"GeoRelocation.start({self.world.get_name()}, "
            f'JSON.parse(document.getElementById("{_DATA_ID}").textContent));'
        )
        figure.script.add_child(Verbatim(call), name=name)


@cache
def _template(name: str) -> str:
    return resources.files("geo_relocation.publish").joinpath("templates", name).read_text("utf-8")


def _scripts() -> str:
    """The map's scripts in their order, as one text."""
    return "\n".join(_template(f"map/{name}.js") for name in SCRIPTS)


def _leaflet_bytes(name: str) -> bytes:
    return resources.files(_LEAFLET).joinpath("static", _LEAFLET, name).read_bytes()


@cache
def _leaflet_js() -> str:
    text = _leaflet_bytes("leaflet.js").decode("utf-8")
    return re.sub(r"//# sourceMappingURL=.*", "", text)


@cache
def _leaflet_css() -> str:
    """Leaflet's style sheet with its images as data URIs."""

    def inline(found: re.Match[str]) -> str:
        image = base64.b64encode(_leaflet_bytes(found.group(1))).decode("ascii")
        return f"url(data:image/png;base64,{image})"

    css = _leaflet_bytes("leaflet.css").decode("utf-8")
    return re.sub(r"url\([\"']?(images/[^)\"']+\.png)[\"']?\)", inline, css)


def build_map(
    content: Content, *, base_tiles: bool = False, with_confidential: bool = False
) -> folium.Map:
    """The web map as a folium map, for a notebook or for further folium layers.

    Parameters
    ----------
    content
        What to show.
    base_tiles
        Whether to lay OpenStreetMap tiles underneath. They are the only thing on the map that
        is fetched from a network.
    with_confidential
        Show personal and confidential attributes too.
    """
    world = OfflineMap(
        location=[11.1, 106.65], zoom_start=10, tiles=None, prefer_canvas=True, zoom_snap=0.25
    )
    payload = map_payload(content, base_tiles=base_tiles, with_confidential=with_confidential)
    world.add_child(MapContents(to_json(payload), world))
    return world


def write_map(
    content: Content,
    path: str | Path,
    *,
    base_tiles: bool = False,
    with_confidential: bool = False,
    protected: Protected = NOTHING,
) -> Written:
    """Write the web map as one HTML file that needs nothing else.

    Parameters
    ----------
    content
        What to show.
    path
        The file; missing folders are made, and an old map is replaced whole.
    base_tiles
        Whether to lay OpenStreetMap tiles underneath, which need a network.
    with_confidential
        Show personal and confidential attributes too; they are left out otherwise.
    protected
        What must not be replaced.
    """
    world = build_map(content, base_tiles=base_tiles, with_confidential=with_confidential)
    html = world.get_root().render()
    with replaced(path, KIND, protected) as temporary:
        temporary.write_text(html, encoding="utf-8")
    return Written(Path(path), protected_on_map(content) if with_confidential else ())
