import type { ImageFacts } from "#facts/image/image-facts.js";
import { garbledStatus, isTableStatus, meantStatus } from "#knowledge/index.js";
import type { Evidence, Report } from "#model/finding.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";
import { type StatusText, statusTextsOf } from "./shared/status-text.js";

/** Several words for one outcome, a flag that did not survive the way, or a word that the table does not know. */
export const statusTexts: ImageRule = {
  scope: "image",
  meta: {
    id: "US908",
    name: "status-texts",
    level: "error",
    phase: "job",
    summary: "What the worker says of a job's end is not what the other side waits for.",
    seeds: ["S48", "S95"],
    fix: "by-hand",
  },
  *check(image) {
    const texts = statusTextsOf(image);
    const options = optionLists(image);
    const sent = firsts(texts.filter(({ isSent }) => isSent));
    for (const status of sent) {
      const [worst, ...others] = problemsOf(status, texts, options);
      if (worst !== undefined) yield { ...worst, evidence: [...(worst.evidence ?? []), ...others.map(inEvidence)] };
    }
    if (sent.length === 0)
      yield* ["success" as const, "failure" as const].flatMap((outcome) => resultsDiffer(texts, outcome));
  },
  lookedAt: (image) => {
    const texts = new Set(statusTextsOf(image).map(({ text }) => text));
    return texts.size === 0 ? "" : `${texts.size} status texts: ${[...texts].slice(0, 8).join(", ")}`;
  },
};

function firsts(texts: readonly StatusText[]): readonly StatusText[] {
  return texts.filter(({ text }, at) => texts.findIndex((each) => each.text === text) === at);
}

/** The texts that a single-select field of a document takes. */
interface OptionList {
  readonly options: readonly string[];
  readonly location: Location;
}

const optionLine = /\bstatus\b[^\n]{0,60}\bsingle[ -]select\b[^\n]{0,40}?options?:([^\n|(]{1,300})/i;

function optionLists({ project }: ImageFacts): readonly OptionList[] {
  return [...project.files.values()]
    .filter(({ path, text }) => /\.(?:md|txt|rst)$/i.test(path) && /single[ -]select/i.test(text ?? ""))
    .flatMap(({ path, text = "" }) =>
      text.split("\n").flatMap((line, at) => {
        const list = optionLine.exec(line.slice(0, 1000))?.[1];
        const options = (list ?? "").split(",").map((each) => each.replace(/[`*"]/g, "").trim());
        return list === undefined
          ? []
          : [{ options: options.filter((each) => each !== ""), location: { path, line: at + 1 } }];
      }),
    );
}

/** The worst first. */
function problemsOf(
  status: StatusText,
  texts: readonly StatusText[],
  options: readonly OptionList[],
): readonly Report[] {
  const spelling = garbled(status) ?? unknownOption(status, options) ?? otherSpelling(status, options);
  return [spelling, notPlain(status), differsFromResult(status, texts)].flatMap((report) => report ?? []);
}

function inEvidence({ message, at }: Report): Evidence {
  return { statement: message, location: at };
}

/** An error when no list has it; a warning when the lists do not agree. */
function unknownOption(status: StatusText, lists: readonly OptionList[]): Report | undefined {
  const without = lists.filter(({ options }) => !options.includes(status.text));
  const [first] = without;
  if (first === undefined) return undefined;
  return {
    message: `The webhook says "${status.text}", and the Status field's options are ${first.options.join(", ")}: the record is refused or stays as it is.`,
    remedy: "Send one of the options, letter by letter.",
    at: status.location,
    level: without.length === lists.length ? "error" : "warning",
    confidence: "likely",
    evidence: without.slice(0, 3).map(({ location }) => ({ statement: "The options are listed here.", location })),
  };
}

/** The file, or what it was copied from, was read in another encoding than it was written in. */
function garbled(status: StatusText): Report | undefined {
  const meant = garbledStatus(status.text);
  if (meant === undefined) return undefined;
  return {
    message: `The webhook says "${status.text}", which is "${meant}" after a wrong decoding (UTF-8 read as Latin-1): no comparison with it fits.`,
    remedy: `Write "${meant}", keep the file in UTF-8, and read it as that.`,
    at: status.location,
    confidence: "likely",
  };
}

/** Without a list of the project's own, the table of the Airtable and Make.com flow is what the other side has. */
function otherSpelling(status: StatusText, lists: readonly OptionList[]): Report | undefined {
  const meant = lists.length === 0 ? meantStatus(status.text) : undefined;
  if (meant === undefined) return undefined;
  return {
    message: `The webhook says "${status.text}", and the table of the Airtable flow has "${meant}": a filter or a single select that waits for that misses it.`,
    remedy: `Send "${meant}", letter by letter, or list the options of your own Status field in the project's documents.`,
    at: status.location,
    level: "warning",
    confidence: "possible",
  };
}

function notPlain(status: StatusText): Report | undefined {
  const isPlain = /^[\x20-\x7e]*$/.test(status.text);
  if (isPlain || isTableStatus(status.text) || garbledStatus(status.text) !== undefined) return undefined;
  return {
    message: `The webhook's status "${status.text}" is not plain ASCII: a side that reads it in another encoding breaks every comparison with it.`,
    remedy: "Send a plain word, and add the flag where it is shown.",
    at: status.location,
    level: "warning",
    confidence: "likely",
  };
}

/** Two readers, the webhook's and the job's, learn two words. */
function differsFromResult(status: StatusText, texts: readonly StatusText[]): Report | undefined {
  const returned = texts.filter(({ outcome, isSent }) => outcome === status.outcome && !isSent);
  const [other] = returned;
  if (other === undefined || returned.some(({ text }) => text === status.text)) return undefined;
  return {
    message: `The webhook says "${status.text}" where the job's result says "${other.text}": whoever waits for one of them misses the other.`,
    remedy: "Name each outcome once, in one place, and use that everywhere.",
    at: status.location,
    level: "warning",
    evidence: [{ statement: `The result says "${other.text}" here.`, location: other.location }],
  };
}

function resultsDiffer(texts: readonly StatusText[], wanted: StatusText["outcome"]): readonly Report[] {
  const [first, ...others] = firsts(texts.filter(({ outcome }) => outcome === wanted));
  const [second] = others;
  if (first === undefined || second === undefined) return [];
  const all = [first, ...others].map(({ text }) => `"${text}"`).join(" and ");
  return [
    {
      message: `The job's results have ${others.length + 1} words for ${wanted}, ${all}: whoever waits for one misses the others.`,
      remedy: "Name each outcome once, in one place, and use that everywhere.",
      at: first.location,
      level: "note",
      evidence: others.map(({ text, location }) => ({ statement: `Here it says "${text}".`, location })),
    },
  ];
}
