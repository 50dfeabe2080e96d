/* Words: says the program's sentences, numbers and days as the reader's language writes them. The
   sentences come from the program's catalogue, with gaps: {name} a text, {name:n} a number. */
window.GeoRelocation = window.GeoRelocation || {};
(function (GeoRelocation) {
  "use strict";
  const ALL_DECIMALS = 12;

  /* How a language writes values: as `geo_relocation.words.style` does. */
  function style(language) {
    const locale = language === "vi" ? "vi-VN" : "en-GB", formats = new Map();
    function format(options) {
      const key = JSON.stringify(options);
      if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(locale, options));
      return formats.get(key);
    }
    /* A number with at most so many decimals; all it has where none are given. */
    function number(value, decimals = ALL_DECIMALS) {
      const written = format({ maximumFractionDigits: decimals, roundingMode: "halfEven" }).format(value);
      return written === "-0" ? "0" : written;
    }
    /* A share of 1 as per cent, with at most two decimals. */
    const percent = (share) =>
      format({ style: "percent", maximumFractionDigits: 2, roundingMode: "halfEven" }).format(share);
    /* A day given as year-month-day. */
    const day = (iso) => (language === "vi" ? iso.split("-").reverse().join("/") : iso);
    return { number, percent, day };
  }

  /* A function that says the sentence of a key, its gaps filled by name; one that counts is a list
     of its forms, for one and for many, and `count` chooses. */
  function sayer(words, language) {
    const { number } = style(language);
    return (key, values = {}) => {
      const sentence = words[key];
      const form = Array.isArray(sentence) ? sentence[values.count === 1 ? 0 : 1] : sentence;
      return form.replace(/\{(\w+)(:n)?\}/g, (gap, name, isNumber) =>
        (isNumber ? number(values[name]) : values[name]));
    };
  }
  Object.assign(GeoRelocation, { style, sayer });
})(window.GeoRelocation);
