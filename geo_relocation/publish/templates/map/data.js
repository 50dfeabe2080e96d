/* Data: reads one block of data into records that cards, layers, list and legend share. Draws
   nothing; needs the words and no library. */
window.GeoRelocation = window.GeoRelocation || {};
(function (GeoRelocation) {
  "use strict";
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

  /* The records, legends and words of a block of data; the block's columns are unpacked
     in place. */
  function read(data) {
    const say = GeoRelocation.sayer(data.words, data.language);
    const writes = GeoRelocation.style(data.language);
    function legendOf(name) {
      const found = {};
      for (const entry of data.legends[name]) found[entry.key] = entry;
      return (key) => found[key === null || key === undefined ? "" : key]
        || data.legends[name][data.legends[name].length - 1];
    }
    const verdictOf = legendOf("verdict"), categoryOf = legendOf("category");
    const statusOf = legendOf("park_status"), assignmentOf = legendOf("assignment");
    const placed = assignmentOf("placed"), unplaced = assignmentOf("unplaced");
    const sites = unpack(data.sites), parks = unpack(data.parks), units = unpack(data.units);
    const parkById = new Map(parks.map((park) => [park.id, park]));
    for (const site of sites) {
      site.title = site.name || say("unnamed", { id: site.id });
      site.position = position(site.point);
      site.haystack = fold([site.name, site.id, site.old_commune, site.unit, site.city,
        site.tax_code, site.address, site.to_park].filter(Boolean).join(" | "));
      site.words = " " + site.haystack.replace(/[^a-z0-9]+/g, " ");
    }
    for (const park of parks) park.position = position(park.point);
    return { data, say, writes, sites, parks, units, parkById, verdictOf, categoryOf, statusOf,
      assignmentOf, placed, unplaced };
  }
  Object.assign(GeoRelocation, { fold, unpack, position, outline, read });
})(window.GeoRelocation);
