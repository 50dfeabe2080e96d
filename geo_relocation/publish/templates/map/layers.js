/* Layers: everything drawn on a Leaflet map, and the popup that opens on a click. */
window.GeoRelocation = window.GeoRelocation || {};
(function (GeoRelocation) {
  "use strict";
  const { make, unpack, position, outline } = GeoRelocation;

  /* Draw what `read` gave on a map; `show` then says which sites are seen. */
  function layers(map, model, cards) {
    const { data, say, sites, parks, units, parkById, verdictOf, statusOf, placed, unplaced } = model;
    const popup = L.popup({ maxWidth: 350, minWidth: 240, maxHeight: 400, autoPanPadding: [24, 24] });
    function open(where, card) {
      popup.options.maxHeight = Math.max(180, Math.min(460, map.getSize().y * 0.6));
      popup.options.maxWidth = Math.min(350, map.getSize().x - 60);
      popup.setLatLng(where).setContent(card).openOn(map);
    }

    // All shapes share one canvas, since only the topmost of several would hear clicks. The
    // order of drawing is therefore restored whenever a layer is switched on.
    const stack = [];
    function register(layer, on, build) {
      const entry = { layer, on, build, built: !build };
      stack.push(entry);
      return entry;
    }
    function toggle(entry, on) {
      entry.on = on;
      if (on && !entry.built) { entry.build(entry.layer); entry.built = true; }
      if (on) entry.layer.addTo(map); else entry.layer.remove();
    }
    function restack() {
      for (const entry of stack) if (entry.on && entry.layer.bringToFront) entry.layer.bringToFront();
    }
    function zoneEntries(columns) {
      const entries = {};
      const zones = unpack(columns);
      for (const legend of data.legends.category) {
        const mine = zones.filter((zone) => zone.category === legend.key);
        if (!mine.length) continue;
        const group = L.featureGroup();
        group.on("click", (event) => open(event.latlng, cards.zone(event.layer.record)));
        entries[legend.key] = register(group, false, (target) => {
          for (const zone of mine) {
            const shape = L.polygon(outline(zone.rings), { color: legend.color, weight: 0.5, opacity: 0.5,
              fillColor: legend.color, fillOpacity: 0.5, smoothFactor: 1 });
            shape.record = zone;
            target.addLayer(shape);
          }
        });
        entries[legend.key].count = mine.length;
      }
      return entries;
    }
    const existing = zoneEntries(data.zones.existing), planned = zoneEntries(data.zones.planned);

    const roads = register(L.featureGroup(), false, (target) => {
      for (const road of unpack(data.roads)) {
        for (const line of outline(road.rings)) {
          target.addLayer(L.polyline(line, { color: data.colors.road, weight: 1, interactive: false }));
        }
      }
    });
    function name(text, className) {
      return L.tooltip({ permanent: true, direction: "center", className: "gr-name " + className,
        interactive: false }).setContent(make("span", "", text));
    }
    const boundaries = register(L.featureGroup(), true, (target) => {
      for (const unit of units) {
        target.addLayer(L.polyline(outline(unit.rings), { color: data.colors.boundary, weight: 1.4,
          dashArray: "6 3", opacity: 0.85, interactive: false }));
      }
    });
    const unitNames = register(L.layerGroup(), true, (target) => {
      for (const unit of units) {
        // The map says what kind of unit it is by its line: the bare name leaves more to see.
        const bare = (unit.name || "").replace(/^(Tỉnh|Thành phố|Thị xã|Huyện|Phường|Xã) /, "");
        if (unit.point && bare) target.addLayer(name(bare, "gr-unit").setLatLng(position(unit.point)));
      }
    });
    const parkShapes = register(L.featureGroup(), true, (target) => {
      for (const park of parks) {
        if (!park.rings.length) continue;
        const shape = L.polygon(outline(park.rings), { color: statusOf(park.status).color, weight: 2,
          fillColor: statusOf(park.status).color, fillOpacity: 0.25 });
        shape.record = park;
        target.addLayer(shape);
      }
    });
    parkShapes.layer.on("click", (event) => open(event.latlng, cards.park(event.layer.record)));
    function parkIcon(park) {
      const receives = park.receives_flag !== false && (park.free_ha || park.firms);
      const size = receives ? Math.round(Math.max(15, Math.min(34, 11 + Math.sqrt(park.free_ha || 0) * 1.1))) : 11;
      const symbol = make("div", receives ? "gr-ring" : "gr-square");
      symbol.style.width = symbol.style.height = size + "px";
      const color = statusOf(park.status).color;
      if (receives) {
        const used = park.free_ha ? Math.min(1, park.used_ha / park.free_ha) : 0;
        symbol.style.setProperty("--heart", color);
        symbol.style.background = `conic-gradient(${placed.color} ${used * 360}deg, ${data.colors.free} 0)`;
      } else symbol.style.background = color;
      return L.divIcon({ html: symbol, className: "", iconSize: [size, size] });
    }
    const parkSymbols = register(L.layerGroup(), true, (target) => {
      for (const park of parks) {
        if (!park.position) continue;
        const marker = L.marker(park.position, { icon: parkIcon(park), title: park.name || park.id,
          alt: park.name || park.id });
        marker.on("click", () => open(park.position, cards.park(park)));
        if (park.name) {
          marker.bindTooltip(make("span", "", park.name), { permanent: true, direction: "bottom",
            offset: [0, 8], className: "gr-name gr-park" });
        }
        target.addLayer(marker);
      }
    });

    const OUTLINE_ZOOM = 14;
    const EMPHASIS = { conflict: 0.25, check: 0.12 };
    function sizeAt(zoom, verdict) {
      const base = zoom < 10.5 ? 1.7 : zoom < 11.25 ? 2.2 : zoom < 12 ? 3 : zoom < 13 ? 4 : zoom < OUTLINE_ZOOM ? 5 : 6;
      return base * (1 + (EMPHASIS[verdict] || 0));
    }
    // Hundreds of lines hide what lies under them: then flows from district to park stand in
    // for them, and a firm's own line is drawn when it is opened.
    const MANY_LINES = 150;
    const drawn = sites.filter((site) => site.position && (parkById.get(site.to_park_id) || {}).position);
    const crowded = drawn.length > MANY_LINES;
    const flows = register(L.featureGroup(), data.has_plan && crowded);
    const lines = register(L.featureGroup(), data.has_plan && !crowded);
    const ownLine = register(L.featureGroup(), true);
    const verdictEntries = {};
    for (const legend of [...data.legends.verdict].reverse()) {
      const mine = sites.filter((site) => verdictOf(site.verdict).key === legend.key);
      if (!mine.length) continue;
      const outlines = register(L.featureGroup(), true), markers = register(L.featureGroup(), true);
      verdictEntries[legend.key] = { outlines, markers, sites: mine };
    }
    const rings = register(L.featureGroup(), data.has_plan);
    const siteClick = (event) => openSite(event.layer.record, event.latlng);
    for (const site of sites) {
      const color = verdictOf(site.verdict).color;
      if (!site.position) continue;
      site.marker = L.circleMarker(site.position, { radius: 3, weight: 0.8, color: "#333",
        fillColor: color, fillOpacity: 1 });
      site.marker.record = site;
      site.marker.bindTooltip(() => make("span", "", site.title), { direction: "top" });
      const park = parkById.get(site.to_park_id);
      if (park && park.position) {
        site.line = L.polyline([site.position, park.position], { color: placed.color, weight: 0.8,
          opacity: 0.4 });
        site.line.record = site;
      }
      if (site.placed === "unplaced") {
        site.ring = L.circleMarker(site.position, { radius: 5, weight: 1.5, color: unplaced.color, fill: false });
        site.ring.record = site;
      }
    }
    for (const entry of Object.values(verdictEntries)) {
      entry.markers.layer.on("click", siteClick);
      entry.outlines.layer.on("click", siteClick);
    }
    lines.layer.on("click", siteClick);
    rings.layer.on("click", siteClick);

    let visible = new Set(sites);
    function drawSites() {
      const zoom = map.getZoom(), near = zoom >= OUTLINE_ZOOM;
      for (const [key, entry] of Object.entries(verdictEntries)) {
        entry.markers.layer.clearLayers();
        entry.outlines.layer.clearLayers();
        for (const site of entry.sites) {
          if (!site.marker || !visible.has(site)) continue;
          if (near && site.rings.length) {
            if (!site.shape) {
              site.shape = L.polygon(outline(site.rings), { color: "#222", weight: 1,
                fillColor: verdictOf(site.verdict).color, fillOpacity: 0.75 });
              site.shape.record = site;
              site.shape.bindTooltip(() => make("span", "", site.title), { sticky: true });
            }
            entry.outlines.layer.addLayer(site.shape);
          } else {
            site.marker.setRadius(sizeAt(zoom, key));
            site.marker.setStyle({ weight: zoom < 11.25 ? 0.35 : 0.8 });
            entry.markers.layer.addLayer(site.marker);
          }
        }
      }
      lines.layer.clearLayers();
      rings.layer.clearLayers();
      for (const site of sites) {
        if (!visible.has(site)) continue;
        if (site.line) lines.layer.addLayer(site.line);
        if (site.ring) {
          site.ring.setRadius(sizeAt(zoom, verdictOf(site.verdict).key) + (zoom < 12 ? 0.6 : 1.5));
          site.ring.setStyle({ weight: zoom < 11.25 ? 0.7 : 1.5 });
          rings.layer.addLayer(site.ring);
        }
      }
      drawFlows();
      restack();
    }
    function drawFlows() {
      const groups = new Map();
      for (const site of drawn) {
        if (!visible.has(site)) continue;
        const key = (site.city || "") + "|" + site.to_park_id;
        if (!groups.has(key)) groups.set(key, { sites: [], park: parkById.get(site.to_park_id), city: site.city });
        groups.get(key).sites.push(site);
      }
      flows.layer.clearLayers();
      for (const { sites: some, park, city } of groups.values()) {
        const middle = [0, 1].map((i) => some.reduce((sum, site) => sum + site.position[i], 0) / some.length);
        const line = L.polyline([middle, park.position], { color: placed.color, opacity: 0.65,
          weight: 1 + Math.sqrt(some.length) * 0.7 });
        const text = say("flow", { city: city || say("without_city"), park: park.name || park.id,
          count: some.length });
        line.bindTooltip(() => make("span", "", text), { sticky: true });
        flows.layer.addLayer(line);
      }
    }
    function show(some) {
      visible = new Set(some);
      drawSites();
    }
    let current = null;
    function openSite(site, where) {
      open(where || site.position, cards.site(site));
      current = site;
      ownLine.layer.clearLayers();
      if (site.line) {
        ownLine.layer.addLayer(L.polyline(site.line.getLatLngs(), { color: placed.color, weight: 3, interactive: false }));
      }
      restack();
    }
    let wasNear = null, lastSize = null;
    map.on("zoomend", () => {
      const near = map.getZoom() >= OUTLINE_ZOOM, size = sizeAt(map.getZoom(), "clear");
      map.getContainer().classList.toggle("gr-far", map.getZoom() < 12);
      if (near !== wasNear || size !== lastSize) { wasNear = near; lastSize = size; drawSites(); }
    });

    return { stack, toggle, restack, existing, planned, roads, boundaries, unitNames, parkShapes,
      parkSymbols, verdictEntries, flows, lines, rings, drawn, show, open: openSite, current: () => current };
  }
  Object.assign(GeoRelocation, { layers });
})(window.GeoRelocation);
