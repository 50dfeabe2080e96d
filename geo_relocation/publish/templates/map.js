/* Draws the map, the list beside it and the popups from one block of data.
   Every text of the data enters the page through textContent, never as HTML. */
function geoRelocationMap(map, data) {
  "use strict";
  const words = data.words;
  const byId = (id) => document.getElementById(id);
  const numbers = (digits) => new Intl.NumberFormat(data.language === "vi" ? "vi-VN" : "en-GB",
    { maximumFractionDigits: digits });
  const plain = numbers(1), percent = numbers(1);

  // ---- small helpers ------------------------------------------------------------------
  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  }
  function fold(text) {
    return String(text).normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐð]/g, "d")
      .toLowerCase().replace(/\s+/g, " ").trim();
  }
  function unpack(columns) {
    // Columns with repeated texts come as distinct values and indices.
    const rows = [], names = Object.keys(columns);
    let length = 0;
    for (const name of names) {
      const column = columns[name];
      if (!column) continue;
      if (column.d) columns[name] = column.i.map((i) => (i === null ? null : column.d[i]));
      length = Math.max(length, columns[name].length);
    }
    for (let i = 0; i < length; i++) {
      const row = { index: i };
      for (const name of names) row[name] = columns[name] ? columns[name][i] : null;
      rows.push(row);
    }
    return rows;
  }
  const position = (point) => (point ? [point[1] / 1e6, point[0] / 1e6] : null);
  function outline(rings) {
    return rings.map((steps) => {
      const line = [];
      let lon = 0, lat = 0;
      for (let i = 0; i < steps.length; i += 2) {
        lon += steps[i]; lat += steps[i + 1];
        line.push([lat / 1e6, lon / 1e6]);
      }
      return line;
    });
  }
  function legendOf(name) {
    const found = {};
    for (const entry of data.legends[name]) found[entry.key] = entry;
    return (key) => found[key === null || key === undefined ? "" : key]
      || data.legends[name][data.legends[name].length - 1];
  }
  const verdictOf = legendOf("verdict"), categoryOf = legendOf("category");
  const statusOf = legendOf("park_status"), assignmentOf = legendOf("assignment");
  const placed = assignmentOf("placed"), unplaced = assignmentOf("unplaced");

  // ---- data -----------------------------------------------------------------------------
  const sites = unpack(data.sites), parks = unpack(data.parks), units = unpack(data.units);
  const parkById = new Map(parks.map((park) => [park.id, park]));
  for (const site of sites) {
    site.title = site.name || words.unnamed + " " + site.id;
    site.position = position(site.point);
    site.haystack = fold([site.name, site.id, site.old_commune, site.unit, site.city,
      site.tax_code, site.address, site.to_park].filter(Boolean).join(" | "));
    site.words = " " + site.haystack.replace(/[^a-z0-9]+/g, " ");
  }
  for (const park of parks) park.position = position(park.point);

  // ---- cards: what a popup says ---------------------------------------------------------
  function shown(field, value) {
    if (field.kind === "share") return percent.format(value * 100) + " %";
    let text = value;
    if (typeof value === "boolean") text = value ? words.yes : words.no;
    else if (field.kind === "year") return String(value);
    else if (typeof value === "number") text = plain.format(value);
    else if (/^\d{4}-\d{2}-\d{2}$/.test(value) && data.language === "vi") {
      text = value.split("-").reverse().join("/");
    }
    return field.unit ? text + " " + field.unit : String(text);
  }
  function rows(card, fields, record) {
    const list = make("dl");
    for (const field of fields) {
      const value = record[field.key];
      if (value === null || value === undefined || field.kind === "text") continue;
      list.append(make("dt", "", field.label), make("dd", "", shown(field, value)));
    }
    if (list.childElementCount) card.append(list);
    for (const field of fields) {
      if (field.kind === "text" && record[field.key]) card.append(make("p", "", record[field.key]));
    }
  }
  function any(fields, record) {
    return fields.some((field) => record[field.key] !== null && record[field.key] !== undefined);
  }
  function dot(color) {
    const element = make("span", "gr-dot");
    element.style.background = color;
    return element;
  }
  function bar(parts) {
    const element = make("div", "gr-bar");
    for (const [share, color] of parts) {
      const part = make("i");
      part.style.width = Math.min(100, share * 100) + "%";
      part.style.background = color;
      element.append(part);
    }
    return element;
  }
  function sharesOf(site) {
    const parts = [], names = make("div", "gr-shares");
    for (let i = 0; i < site.shares.length; i += 2) {
      const entry = data.legends.category[site.shares[i]], share = site.shares[i + 1];
      parts.push([share, entry.color]);
      const item = make("span");
      item.append(dot(entry.color), entry.label + " " + percent.format(share * 100) + " %");
      names.append(item);
    }
    return [make("p", "", words.share_of_land), bar(parts), names];
  }
  function siteCard(site) {
    const card = make("div", "gr-card"), verdict = verdictOf(site.verdict);
    card.append(make("h2", "", site.title));
    const where = [site.id, site.old_commune || site.unit, site.city].filter(Boolean).join(" · ");
    card.append(make("p", "gr-where", where));
    const line = make("p", "gr-verdict");
    line.append(dot(verdict.color), verdict.label);
    card.append(line);
    if (site.reason) card.append(make("p", "", data.reasons[site.reason] || site.reason));
    if (site.placed) {
      const entry = assignmentOf(site.placed), state = make("p", "gr-verdict");
      const place = [site.to_park, site.to_phase].filter(Boolean).join(", ");
      state.append(dot(entry.color), place ? "→ " + place : entry.label);
      card.append(state);
    }
    if (!site.position) card.append(make("p", "", words.no_location));
    if (any(data.fields.finding, site) || (site.shares && site.shares.length)) {
      card.append(make("h3", "", words.screening));
      if (site.shares && site.shares.length) card.append(...sharesOf(site));
      rows(card, data.fields.finding, site);
    }
    if (any(data.fields.decision, site)) {
      card.append(make("h3", "", words.decision));
      rows(card, data.fields.decision, site);
    }
    if (site.placed) {
      card.append(make("h3", "", words.destination));
      rows(card, data.fields.plan, site);
    }
    card.append(make("h3", "", words.facts));
    rows(card, [{ key: "id", label: data.id_label, unit: "", kind: "value" }].concat(data.fields.site), site);
    return card;
  }
  function parkCard(park) {
    const card = make("div", "gr-card"), status = statusOf(park.status), labels = data.park_labels;
    card.append(make("h2", "", park.name || park.id));
    const line = make("p", "gr-verdict");
    line.append(dot(status.color), status.label);
    card.append(line);
    const fields = ["kind", "receives", "opens", "area_ha", "free_ha", "specialisation", "accuracy_m"]
      .map((key) => ({ key, label: labels[key], unit: "", kind: key === "opens" ? "year" : "value" }));
    rows(card, fields, park);
    if (data.has_plan && (park.firms || park.free_ha)) {
      card.append(make("h3", "", words.plan));
      if (park.free_ha) card.append(bar([[park.used_ha / park.free_ha, placed.color]]));
      rows(card, [
        { key: "firms", label: words.firms_placed, unit: "", kind: "value" },
        { key: "used_ha", label: words.used_by_plan, unit: "ha", kind: "value" },
        { key: "left_ha", label: words.left_after_plan, unit: "ha", kind: "value" },
      ], park);
    }
    return card;
  }
  function zoneCard(zone) {
    const card = make("div", "gr-card"), category = categoryOf(zone.category);
    card.append(make("h2", "", zone.text || zone.code || category.label));
    const line = make("p", "gr-verdict");
    line.append(dot(category.color), category.label);
    card.append(line);
    for (const value of [zone.code, zone.plan]) {
      if (value && value !== zone.text) card.append(make("p", "", value));
    }
    return card;
  }
  const popup = L.popup({ maxWidth: 350, minWidth: 240, maxHeight: 400, autoPanPadding: [24, 24] });
  function open(where, card) {
    popup.options.maxHeight = Math.max(180, Math.min(460, map.getSize().y * 0.6));
    popup.options.maxWidth = Math.min(350, map.getSize().x - 60);
    popup.setLatLng(where).setContent(card).openOn(map);
  }

  // ---- layers -----------------------------------------------------------------------------
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
      group.on("click", (event) => open(event.latlng, zoneCard(event.layer.record)));
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
  parkShapes.layer.on("click", (event) => open(event.latlng, parkCard(event.layer.record)));
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
      marker.on("click", () => open(park.position, parkCard(park)));
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

  // ---- the list -----------------------------------------------------------------------------
  const PAGE = 100;
  const panel = byId("gr-panel"), list = byId("gr-list"), search = byId("gr-search");
  const filters = { verdict: byId("gr-verdict"), city: byId("gr-city"), placed: byId("gr-placed") };
  let found = sites, current = null;
  const urgency = Object.fromEntries(data.legends.verdict.map((entry, i) => [entry.key, i]));

  function option(select, value, text) {
    const element = make("option", "", text);
    element.value = value;
    select.append(element);
  }
  option(filters.verdict, "*", words.all_verdicts);
  for (const entry of data.legends.verdict) {
    if (verdictEntries[entry.key]) option(filters.verdict, entry.key, entry.label);
  }
  option(filters.city, "*", words.all_cities);
  const cities = [...new Set(sites.map((site) => site.city).filter(Boolean))];
  cities.sort((a, b) => a.localeCompare(b, data.language));
  for (const city of cities) option(filters.city, city, city);
  if (sites.some((site) => !site.city)) option(filters.city, "", words.without_city);
  filters.city.hidden = cities.length === 0;
  option(filters.placed, "*", words.all_plans);
  for (const entry of data.legends.assignment) option(filters.placed, entry.key, entry.label);
  filters.placed.hidden = !data.has_plan;

  function matches(site, phrase) {
    const { verdict, city, placed: state } = filters;
    return (verdict.value === "*" || verdictOf(site.verdict).key === verdict.value)
      && (city.value === "*" || (site.city || "") === city.value)
      && (state.value === "*" || site.placed === state.value)
      && (!phrase || site.haystack.includes(phrase));
  }
  function select() {
    const phrase = fold(search.value);
    found = sites.filter((site) => matches(site, phrase));
    if (!found.length && phrase.includes(" ")) {
      // No text holds the phrase as it stands: take those with all its words, in any order.
      const parts = phrase.split(" ").map((part) => " " + part);
      found = sites.filter((site) => matches(site, "") && parts.every((part) => site.words.includes(part)));
    }
    found.sort((a, b) => urgency[verdictOf(a.verdict).key] - urgency[verdictOf(b.verdict).key]
      || a.index - b.index);
    showFound();
    drawSites();
  }
  function itemOf(site) {
    const item = make("li"), button = make("button", "gr-item"), title = make("strong");
    button.type = "button";
    title.append(dot(verdictOf(site.verdict).color), make("span", "", site.title));
    button.append(title);
    const where = [site.id, site.old_commune || site.unit, site.city].filter(Boolean).join(" · ");
    button.append(make("span", "gr-sub", where));
    let state = verdictOf(site.verdict).label;
    if (site.placed === "placed") state += " → " + site.to_park;
    else if (site.placed === "unplaced") state += " · " + unplaced.label;
    button.append(make("span", "gr-sub", state));
    button.addEventListener("click", () => go(site, item));
    item.append(button);
    return item;
  }
  function page(from) {
    const rest = make("li");
    for (const site of found.slice(from, from + PAGE)) list.append(itemOf(site));
    if (found.length > from + PAGE) {
      const button = make("button", "gr-more", words.more + " (" + plain.format(found.length - from - PAGE) + ")");
      button.type = "button";
      button.addEventListener("click", () => { rest.remove(); page(from + PAGE); });
      rest.append(button);
      list.append(rest);
    }
  }
  function showFound() {
    list.replaceChildren();
    list.scrollTop = 0;
    page(0);
    if (!found.length) list.append(make("li", "gr-card", words.nothing_found));
    byId("gr-found").textContent = found.length === sites.length
      ? plain.format(sites.length) + " " + words.shown
      : `${plain.format(found.length)} ${words.of} ${plain.format(sites.length)} ${words.shown}`;
    byId("gr-clear").hidden = found.length === sites.length;
    const counts = {};
    for (const site of found) {
      const key = verdictOf(site.verdict).key;
      counts[key] = (counts[key] || 0) + 1;
    }
    byId("gr-counts").replaceChildren(...data.legends.verdict.filter((entry) => verdictEntries[entry.key])
      .map((entry) => {
        const item = make("span");
        item.append(dot(entry.color), make("b", "", plain.format(counts[entry.key] || 0)), " " + entry.label);
        return item;
      }));
  }
  function drawSites() {
    const visible = new Set(found), zoom = map.getZoom(), near = zoom >= OUTLINE_ZOOM;
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
    drawFlows(visible);
    restack();
  }
  function drawFlows(visible) {
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
      const text = `${city || words.without_city} → ${park.name || park.id}: ${plain.format(some.length)} ${words.shown}`;
      line.bindTooltip(() => make("span", "", text), { sticky: true });
      flows.layer.addLayer(line);
    }
  }
  function openSite(site, where) {
    open(where || site.position, siteCard(site));
    current = site;
    ownLine.layer.clearLayers();
    if (site.line) {
      ownLine.layer.addLayer(L.polyline(site.line.getLatLngs(), { color: placed.color, weight: 3, interactive: false }));
    }
    restack();
  }
  function go(site, item) {
    for (const old of list.querySelectorAll(".gr-current")) old.classList.remove("gr-current");
    item.classList.add("gr-current");
    if (!site.position) {
      const card = item.querySelector(".gr-card");
      if (card) card.remove(); else item.append(siteCard(site));
      return;
    }
    document.body.classList.remove("gr-open");
    map.setView(site.position, Math.max(map.getZoom(), 15), { animate: false });
    openSite(site);
  }
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(select, 120); });
  for (const filter of Object.values(filters)) filter.addEventListener("change", select);
  byId("gr-clear").addEventListener("click", () => {
    search.value = "";
    for (const filter of Object.values(filters)) filter.value = "*";
    select();
  });
  let wasNear = null, lastSize = null;
  map.on("zoomend", () => {
    const near = map.getZoom() >= OUTLINE_ZOOM, size = sizeAt(map.getZoom(), "clear");
    map.getContainer().classList.toggle("gr-far", map.getZoom() < 12);
    if (near !== wasNear || size !== lastSize) { wasNear = near; lastSize = size; drawSites(); }
  });

  // ---- layers and legend in one control ---------------------------------------------------------
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
    if (count !== undefined) label.append(make("span", "gr-count", plain.format(count)));
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
    section(body, words.sites, data.legends.verdict.filter((entry) => verdictEntries[entry.key]).map((entry) => {
      const mine = verdictEntries[entry.key];
      return check(entry.label, [mine.outlines, mine.markers], swatch(entry.color, "gr-round"), mine.sites.length);
    }), true);
    if (data.has_plan) {
      const left = sites.filter((site) => site.placed === "unplaced").length;
      section(body, words.plan, [
        check(words.flows, [flows], swatch(placed.color, "gr-line gr-thick")),
        check(words.lines, [lines], swatch(placed.color, "gr-line"), drawn.length),
        check(words.unplaced_rings, [rings], swatch(unplaced.color, "gr-round gr-hollow"), left),
      ]);
    }
    if (parks.length) {
      const statuses = data.legends.park_status.filter((entry) => parks.some((p) => statusOf(p.status) === entry));
      const keys = statuses.map((entry) => key(entry.color, entry.label));
      if (data.has_plan) keys.push(key(placed.color, words.parks_ring, "gr-round"));
      section(body, words.parks, [check(words.parks, [parkShapes, parkSymbols], null, parks.length), ...keys]);
    }
    for (const [title, entries] of [[words.zones_planned, planned], [words.zones_existing, existing]]) {
      if (!Object.keys(entries).length) continue;
      section(body, title, Object.entries(entries).map(([category, entry]) =>
        check(categoryOf(category).label, [entry], swatch(categoryOf(category).color), entry.count)), true);
    }
    const base = [];
    if (units.length) base.push(check(words.boundaries, [boundaries, unitNames], swatch(data.colors.boundary, "gr-line")));
    if (data.roads.rings.length) base.push(check(words.roads, [roads], swatch(data.colors.road, "gr-line")));
    if (data.base_tiles) {
      const tiles = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", { maxZoom: 19, opacity: 0.6,
        attribution: "© OpenStreetMap contributors" });
      const entry = { layer: tiles, on: true, built: true };
      toggle(entry, true);
      base.push(check(words.base_map, [entry]));
    }
    if (base.length) section(body, words.group_base, base);
    return body;
  }
  const Layers = L.Control.extend({
    options: { position: "topright" },
    onAdd() {
      const box = make("div", "gr-layers"), details = make("details");
      details.append(make("summary", "", words.layers), layerBody());
      details.open = window.innerWidth > 760;
      box.append(details);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    },
  });

  // ---- start ------------------------------------------------------------------------------------
  document.title = data.title;
  document.documentElement.lang = data.language;
  byId("gr-title").textContent = data.title;
  search.placeholder = words.search;
  search.setAttribute("aria-label", words.search);
  filters.verdict.setAttribute("aria-label", words.all_verdicts);
  filters.city.setAttribute("aria-label", words.all_cities);
  filters.placed.setAttribute("aria-label", words.all_plans);
  byId("gr-clear").textContent = words.clear_filters;
  byId("gr-banner").textContent = data.data_note;
  byId("gr-banner").hidden = !data.data_note;
  const notes = byId("gr-notes");
  notes.hidden = !data.notes.length;
  notes.querySelector("summary").textContent = words.notes;
  notes.querySelector("ul").append(...data.notes.map((note) => make("li", "", note)));
  const button = byId("gr-toggle");
  const label = () => {
    const isOpen = document.body.classList.contains("gr-open");
    button.textContent = isOpen ? words.close : words.list;
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => { document.body.classList.toggle("gr-open"); label(); });
  new MutationObserver(label).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  label();

  for (const entry of Object.values(planned)) entry.on = true;
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
  for (const entry of stack) toggle(entry, entry.on);
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  new Layers().addTo(map);
  map.attributionControl.setPrefix("Leaflet");
  map.getContainer().classList.toggle("gr-far", map.getZoom() < 12);
  select();
  let seen = null;
  function forPaper(on) {
    if (on) seen = map.getBounds();
    document.body.classList.toggle("gr-printing", on);
    map.invalidateSize({ animate: false });
    if (seen) map.fitBounds(seen, { animate: false });
  }
  window.addEventListener("beforeprint", () => forPaper(true));
  window.addEventListener("afterprint", () => forPaper(false));
  map.geoRelocation = { open: openSite, sites, current: () => current };
  return map;
}
