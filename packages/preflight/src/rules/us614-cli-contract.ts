import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { type KnownStart, knownStartsOf } from "./shared/known-start.js";
import { nearestFlag, readFlags } from "./shared/flags.js";

/** A known project's script, started with words that its own argument parser refuses. */
export const cliContract: ImageRule = {
  scope: "image",
  meta: {
    id: "US614",
    name: "cli-contract",
    level: "error",
    phase: "job",
    summary: "A script of a known project is started with flags that it does not have, or without one that it needs.",
    seeds: ["S37", "S40", "S100"],
    fix: "by-hand",
  },
  *check(image) {
    for (const start of knownStartsOf(image)) yield* refused(start);
  },
  lookedAt: (image: ImageFacts) => {
    const starts = knownStartsOf(image);
    const flags = starts.flatMap(({ words, script }) =>
      script === undefined ? [] : readFlags(words, script, false).given,
    );
    return starts.length === 0 ? "" : `${flags.length} flags of ${starts.map(({ path }) => path).join(", ")}`;
  },
};

function* refused(start: KnownStart): Generator<Report> {
  const { project, path, script, likelyPath, place, placeOf } = start;
  const whose = `${project.repository}@${project.commit.slice(0, 7)}`;
  const confidence = start.isPinned ? "certain" : "likely";
  if (script === undefined) {
    if (likelyPath !== undefined) yield misplaced(start, likelyPath, whose);
    return;
  }
  const evidence = [{ statement: `${whose} gives ${path} ${script.flags.length} flags.` }];
  const { given, wrong, missing } = readFlags(start.words, script, start.isOpen);
  for (const { name, word } of given.filter(({ known }) => known === undefined)) {
    const near = nearestFlag(name, script);
    yield {
      message: `Every job fails: ${path} has no flag ${name} ("unrecognized arguments").`,
      remedy: near === undefined ? `Take ${name} out.` : `Use ${near}.`,
      at: placeOf(word),
      confidence,
      evidence,
    };
  }
  for (const { flag, word, problem } of wrong) {
    yield {
      message: `Every job fails: ${path} ${problem}.`,
      remedy: flag.choices === undefined ? "Correct the value." : `Use one of ${flag.choices.join(", ")}.`,
      at: placeOf(word),
      confidence,
      evidence,
    };
  }
  for (const { name } of missing) {
    yield {
      message: `Every job fails: ${path} needs ${name} ("the following arguments are required").`,
      remedy: `Give it ${name}.`,
      at: place,
      confidence,
      evidence,
    };
  }
}

function misplaced({ path, project, place }: KnownStart, likelyPath: string, whose: string): Report {
  return {
    message: `Every job fails: ${path} is not where ${project.repository} keeps it.`,
    remedy: `Start ${likelyPath}.`,
    at: place,
    confidence: "likely",
    evidence: [{ statement: `${whose} has ${likelyPath}.` }],
  };
}
