/* Cards: what is said of a site, a park, a zone. Every text of the data enters the page through
   textContent, never as HTML. */
window.GeoRelocation = window.GeoRelocation || {};
(function (GeoRelocation) {
  "use strict";
  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  }
  function dot(color) {
    const element = make("span", "gr-dot");
    element.style.background = color;
    return element;
  }

  /* The cards of the records that `read` gave. */
  function cards(model) {
    const { data, say, writes, verdictOf, categoryOf, statusOf, assignmentOf, placed } = model;
    function shown(field, value) {
      if (field.kind === "share") return writes.percent(value);
      let text = value;
      if (typeof value === "boolean") text = say(value ? "yes" : "no");
      else if (field.kind === "year") return String(value);
      else if (typeof value === "number") text = writes.number(value, 1);
      else if (/^\d{4}-\d{2}-\d{2}$/.test(value)) text = writes.day(value);
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
        item.append(dot(entry.color), entry.label + " " + writes.percent(share));
        names.append(item);
      }
      return [make("p", "", say("share_of_land")), bar(parts), names];
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
      if (!site.position) card.append(make("p", "", say("no_location")));
      if (any(data.fields.finding, site) || (site.shares && site.shares.length)) {
        card.append(make("h3", "", say("screening")));
        if (site.shares && site.shares.length) card.append(...sharesOf(site));
        rows(card, data.fields.finding, site);
      }
      if (any(data.fields.decision, site)) {
        card.append(make("h3", "", say("decision")));
        rows(card, data.fields.decision, site);
      }
      if (site.placed) {
        card.append(make("h3", "", say("destination")));
        rows(card, data.fields.plan, site);
      }
      card.append(make("h3", "", say("facts")));
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
        card.append(make("h3", "", say("plan")));
        if (park.free_ha) card.append(bar([[park.used_ha / park.free_ha, placed.color]]));
        rows(card, [
          { key: "firms", label: say("firms_placed"), unit: "", kind: "value" },
          { key: "used_ha", label: say("used_ha"), unit: "", kind: "value" },
          { key: "left_ha", label: say("left_ha"), unit: "", kind: "value" },
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
    return { site: siteCard, park: parkCard, zone: zoneCard };
  }
  Object.assign(GeoRelocation, { make, dot, cards });
})(window.GeoRelocation);
