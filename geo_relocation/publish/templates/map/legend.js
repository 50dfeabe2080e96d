/* Legend: layers, their symbols and counts in one control. */
window.GeoRelocation = window.GeoRelocation || {};
(function (GeoRelocation) {
  "use strict";
  const { make } = GeoRelocation;

  /* A Leaflet control that switches layers on and off and says what their colours mean. */
  function legend(model, layers) {
    const { data, say, writes, sites, parks, units, categoryOf, statusOf, placed, unplaced } = model;
    const { verdictEntries, planned, existing, boundaries, unitNames, parkShapes, parkSymbols, roads, flows,
      lines, rings, drawn, toggle, restack } = layers;
    function check(text, entries, swatch, count) {
      const label = make("label"), box = make("input");
      box.type = "checkbox";
      box.checked = entries.some((entry) => entry.on);
      box.addEventListener("change", () => {
        for (const entry of entries) toggle(entry, box.checked);
        restack();
      });
      label.append(box);
      if (swatch) label.append(swatch);
      label.append(make("span", "", text));
      if (count !== undefined) label.append(make("span", "gr-count", writes.number(count)));
      return label;
    }
    function swatch(color, kind) {
      const element = make("span", "gr-swatch " + (kind || ""));
      if (/gr-(line|hollow)/.test(kind || "")) element.style.borderColor = color;
      else element.style.background = color;
      return element;
    }
    function section(body, title, boxes, all) {
      const set = make("fieldset"), legend = make("legend");
      if (all) {
        const box = make("input"), label = make("label");
        box.type = "checkbox";
        box.addEventListener("change", () => {
          for (const child of set.querySelectorAll("input")) {
            if (child !== box && child.checked !== box.checked) child.click();
          }
        });
        const refresh = () => {
          const children = [...set.querySelectorAll("input")].filter((child) => child !== box);
          box.checked = children.every((child) => child.checked);
          box.indeterminate = !box.checked && children.some((child) => child.checked);
        };
        set.addEventListener("change", refresh);
        label.append(box, title);
        legend.append(label);
        set.append(legend, ...boxes);
        refresh();
      } else {
        legend.textContent = title;
        set.append(legend, ...boxes);
      }
      body.append(set);
    }
    function key(color, text, kind) {
      const line = make("div", "gr-key");
      line.append(swatch(color, kind), text);
      return line;
    }
    function layerBody() {
      const body = make("div", "gr-body");
      section(body, say("sites"), data.legends.verdict.filter((entry) => verdictEntries[entry.key]).map((entry) => {
        const mine = verdictEntries[entry.key];
        return check(entry.label, [mine.outlines, mine.markers], swatch(entry.color, "gr-round"), mine.sites.length);
      }), true);
      if (data.has_plan) {
        const left = sites.filter((site) => site.placed === "unplaced").length;
        section(body, say("plan"), [
          check(say("flows"), [flows], swatch(placed.color, "gr-line gr-thick")),
          check(say("lines"), [lines], swatch(placed.color, "gr-line"), drawn.length),
          check(say("unplaced_rings"), [rings], swatch(unplaced.color, "gr-round gr-hollow"), left),
        ]);
      }
      if (parks.length) {
        const statuses = data.legends.park_status.filter((entry) => parks.some((p) => statusOf(p.status) === entry));
        const keys = statuses.map((entry) => key(entry.color, entry.label));
        if (data.has_plan) keys.push(key(placed.color, say("parks_ring"), "gr-round"));
        section(body, say("parks"), [check(say("parks"), [parkShapes, parkSymbols], null, parks.length), ...keys]);
      }
      for (const [title, entries] of [[say("zones_planned"), planned], [say("zones_existing"), existing]]) {
        if (!Object.keys(entries).length) continue;
        section(body, title, Object.entries(entries).map(([category, entry]) =>
          check(categoryOf(category).label, [entry], swatch(categoryOf(category).color), entry.count)), true);
      }
      const base = [];
      if (units.length) base.push(check(say("boundaries"), [boundaries, unitNames], swatch(data.colors.boundary, "gr-line")));
      if (data.roads.rings.length) base.push(check(say("roads"), [roads], swatch(data.colors.road, "gr-line")));
      if (data.base_tiles) {
        const tiles = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", { maxZoom: 19, opacity: 0.6,
          attribution: "© OpenStreetMap contributors" });
        const entry = { layer: tiles, on: true, built: true };
        toggle(entry, true);
        base.push(check(say("base_map"), [entry]));
      }
      if (base.length) section(body, say("group_base"), base);
      return body;
    }
    const Control = L.Control.extend({
      options: { position: "topright" },
      onAdd() {
        const box = make("div", "gr-layers"), details = make("details");
        details.append(make("summary", "", say("layers")), layerBody());
        details.open = window.innerWidth > 760;
        box.append(details);
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.disableScrollPropagation(box);
        return box;
      },
    });
    return new Control();
  }
  Object.assign(GeoRelocation, { legend });
})(window.GeoRelocation);
