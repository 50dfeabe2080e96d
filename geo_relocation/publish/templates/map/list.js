/* List: search, filters and the list of the sites found, beside the map. */
window.GeoRelocation = window.GeoRelocation || {};
(function (GeoRelocation) {
  "use strict";
  const { make, dot, fold } = GeoRelocation;
  const byId = (id) => document.getElementById(id);

  /* Fill the panel with the sites of `read`; the sites found are shown by the layers. */
  function list(map, model, cards, layers) {
    const { data, say, writes, sites, verdictOf, unplaced } = model;
    const PAGE = 100;
    const list = byId("gr-list"), search = byId("gr-search");
    const filters = { verdict: byId("gr-verdict"), city: byId("gr-city"), placed: byId("gr-placed") };
    let found = sites;
    const urgency = Object.fromEntries(data.legends.verdict.map((entry, i) => [entry.key, i]));

    function option(select, value, text) {
      const element = make("option", "", text);
      element.value = value;
      select.append(element);
    }
    option(filters.verdict, "*", say("all_verdicts"));
    for (const entry of data.legends.verdict) {
      if (layers.verdictEntries[entry.key]) option(filters.verdict, entry.key, entry.label);
    }
    option(filters.city, "*", say("all_cities"));
    const cities = [...new Set(sites.map((site) => site.city).filter(Boolean))];
    cities.sort((a, b) => a.localeCompare(b, data.language));
    for (const city of cities) option(filters.city, city, city);
    if (sites.some((site) => !site.city)) option(filters.city, "", say("without_city"));
    filters.city.hidden = cities.length === 0;
    option(filters.placed, "*", say("all_plans"));
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
      layers.show(found);
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
        const button = make("button", "gr-more", say("more", { count: found.length - from - PAGE }));
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
      if (!found.length) list.append(make("li", "gr-card", say("nothing_found")));
      byId("gr-found").textContent = found.length === sites.length
        ? say("sites_shown", { count: sites.length })
        : say("sites_found", { count: found.length, total: sites.length });
      byId("gr-clear").hidden = found.length === sites.length;
      const counts = {};
      for (const site of found) {
        const key = verdictOf(site.verdict).key;
        counts[key] = (counts[key] || 0) + 1;
      }
      byId("gr-counts").replaceChildren(...data.legends.verdict.filter((entry) => layers.verdictEntries[entry.key])
        .map((entry) => {
          const item = make("span");
          item.append(dot(entry.color), make("b", "", writes.number(counts[entry.key] || 0)), " " + entry.label);
          return item;
        }));
    }
    function go(site, item) {
      for (const old of list.querySelectorAll(".gr-current")) old.classList.remove("gr-current");
      item.classList.add("gr-current");
      if (!site.position) {
        const card = item.querySelector(".gr-card");
        if (card) card.remove(); else item.append(cards.site(site));
        return;
      }
      document.body.classList.remove("gr-open");
      map.setView(site.position, Math.max(map.getZoom(), 15), { animate: false });
      layers.open(site);
    }
    let waiting = 0;
    search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(select, 120); });
    for (const filter of Object.values(filters)) filter.addEventListener("change", select);
    byId("gr-clear").addEventListener("click", () => {
      search.value = "";
      for (const filter of Object.values(filters)) filter.value = "*";
      select();
    });
    search.placeholder = say("search");
    search.setAttribute("aria-label", say("search"));
    filters.verdict.setAttribute("aria-label", say("all_verdicts"));
    filters.city.setAttribute("aria-label", say("all_cities"));
    filters.placed.setAttribute("aria-label", say("all_plans"));
    byId("gr-clear").textContent = say("clear_filters");
    return { select };
  }
  Object.assign(GeoRelocation, { list });
})(window.GeoRelocation);
