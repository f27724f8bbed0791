/** In order; `may` is a verb as well, and never before a number. */
export const months = "january february march april may june july august september october november december".split(
  " ",
);
/** Words that a sum of money goes on with, as in `$5 million`. */
export const magnitudes = ["hundred", "thousand", "million", "billion", "trillion"];
/** Letters behind a sum of money. */
export const shortMagnitudes: Readonly<Record<string, string>> = {
  k: "thousand",
  m: "million",
  b: "billion",
  bn: "billion",
};

/** By sign: the name of one, of several, and of one and of several hundredth parts. */
export const currencies: Readonly<Record<string, readonly [string, string, string, string]>> = {
  $: ["dollar", "dollars", "cent", "cents"],
  "€": ["euro", "euros", "cent", "cents"],
  "£": ["pound", "pounds", "penny", "pence"],
  "¥": ["yen", "yen", "sen", "sen"],
};

/** Units behind a number. */
export const units: ReadonlyMap<string, string> = new Map(
  Object.entries({
    km: "kilometers",
    m: "meters",
    cm: "centimeters",
    mm: "millimeters",
    kg: "kilograms",
    g: "grams",
    lb: "pounds",
    lbs: "pounds",
    oz: "ounces",
    ml: "milliliters",
    mph: "miles per hour",
    "km/h": "kilometers per hour",
    gb: "gigabytes",
    mb: "megabytes",
    tb: "terabytes",
    hz: "hertz",
    khz: "kilohertz",
    ms: "milliseconds",
    s: "seconds",
    min: "minutes",
    h: "hours",
    hrs: "hours",
  }),
);

/** With their full stop. */
export const abbreviations: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "mr.": "mister",
    "mrs.": "missus",
    "ms.": "miz",
    "dr.": "doctor",
    "prof.": "professor",
    "st.": "saint",
    "vs.": "versus",
    vs: "versus",
    "e.g.": "for example",
    "i.e.": "that is",
    "etc.": "et cetera",
    etc: "et cetera",
    "approx.": "approximately",
    "w/": "with",
    "w/o": "without",
  }),
);

/** Signs that stand alone or between words. */
export const signs: Readonly<Record<string, string>> = {
  "&": "and",
  "+": "plus",
  "=": "equals",
  "@": "at",
  "%": "percent",
  "×": "times",
  "÷": "divided by",
  "°": "degrees",
  "→": "to",
};
