/* Start: puts data, cards, layers, list and legend together on one page. */
window.GeoRelocation = window.GeoRelocation || {};
(function (GeoRelocation) {
  "use strict";
  const byId = (id) => document.getElementById(id);

  /* Draw a block of data on a Leaflet map and in the panel beside it. */
  function start(map, data) {
    const { make, outline } = GeoRelocation, model = GeoRelocation.read(data);
    const { say, sites, parks, units } = model, cards = GeoRelocation.cards(model);
    const layers = GeoRelocation.layers(map, model, cards);
    const panel = GeoRelocation.list(map, model, cards, layers);

    document.title = data.title;
    document.documentElement.lang = data.language;
    byId("gr-title").textContent = data.title;
    byId("gr-banner").textContent = data.data_note;
    byId("gr-banner").hidden = !data.data_note;
    const notes = byId("gr-notes");
    notes.hidden = !data.notes.length;
    notes.querySelector("summary").textContent = say("notes");
    notes.querySelector("ul").append(...data.notes.map((note) => make("li", "", note)));
    const button = byId("gr-toggle");
    const label = () => {
      const isOpen = document.body.classList.contains("gr-open");
      button.textContent = isOpen ? say("close") : say("list");
      button.setAttribute("aria-expanded", String(isOpen));
    };
    button.addEventListener("click", () => { document.body.classList.toggle("gr-open"); label(); });
    new MutationObserver(label).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    label();

    for (const entry of Object.values(layers.planned)) entry.on = true;
    const everywhere = L.latLngBounds([]);
    for (const thing of [...sites, ...parks]) if (thing.position) everywhere.extend(thing.position);
    for (const unit of units) for (const line of outline(unit.rings)) everywhere.extend(line);
    if (!everywhere.isValid()) {
      for (const column of [data.zones.planned, data.zones.existing]) {
        for (const shape of column.rings || []) for (const line of outline(shape)) everywhere.extend(line);
      }
    }
    if (everywhere.isValid()) {
      const wide = window.innerWidth > 760;
      map.fitBounds(everywhere, { animate: false, paddingTopLeft: [20, 20], paddingBottomRight: [wide ? 275 : 20, 50] });
    }
    for (const entry of layers.stack) layers.toggle(entry, entry.on);
    L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
    GeoRelocation.legend(model, layers).addTo(map);
    // Leaflet says these in English.
    for (const [name, key] of [["in", "zoom_in"], ["out", "zoom_out"]]) {
      const control = map.getContainer().querySelector(".leaflet-control-zoom-" + name);
      control.title = say(key);
      control.setAttribute("aria-label", say(key));
    }
    map.on("popupopen", (event) => event.popup.getElement()
      .querySelector(".leaflet-popup-close-button").setAttribute("aria-label", say("close")));
    map.attributionControl.setPrefix("Leaflet");
    map.getContainer().classList.toggle("gr-far", map.getZoom() < 12);
    panel.select();
    let seen = null;
    function forPaper(on) {
      if (on) seen = map.getBounds();
      document.body.classList.toggle("gr-printing", on);
      map.invalidateSize({ animate: false });
      if (seen) map.fitBounds(seen, { animate: false });
    }
    window.addEventListener("beforeprint", () => forPaper(true));
    window.addEventListener("afterprint", () => forPaper(false));
    map.geoRelocation = { open: layers.open, sites, current: layers.current };
    return map;
  }
  Object.assign(GeoRelocation, { start });
})(window.GeoRelocation);
