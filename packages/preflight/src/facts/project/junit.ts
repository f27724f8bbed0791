import type { EvidenceKind } from "./evidence.js";

/** What a JUnit XML file says of a run. */
export interface JunitRun {
  readonly kind: EvidenceKind;
  readonly hasPassed: boolean;
  /** Tests that ran, skipped ones left out; never 0. */
  readonly testCount: number;
  /** ISO 8601, as written; undefined: none. */
  readonly date: string | undefined;
  readonly line: number;
}

/**
 * Reads the sums of a JUnit XML file, the format that pytest, vitest, Maven and CI servers share. What the tests are for
 * is told by the words of the file's path and of the suites' names: "integration", "e2e", "load"; without them: unit tests.
 * @returns undefined when it is another XML file, or no test ran.
 */
export function readJunit(path: string, text: string): JunitRun | undefined {
  const suites = [...text.matchAll(/<testsuite\s([^<>]{1,2000})>/g)];
  const [first] = suites;
  if (first === undefined) return undefined;
  const sum = (name: string) => suites.reduce((total, [, written = ""]) => total + numberOf(written, name), 0);
  const testCount = sum("tests") - sum("skipped") - sum("disabled");
  if (testCount <= 0) return undefined;
  const names = suites.map(([, written = ""]) => attribute(written, "name") ?? "").join(" ");
  return {
    kind: kindOf(`${path} ${names}`),
    hasPassed: sum("failures") + sum("errors") === 0,
    testCount,
    date: suites.flatMap(([, written = ""]) => attribute(written, "timestamp") ?? [])[0],
    line: text.slice(0, first.index).split("\n").length,
  };
}

const kinds: readonly (readonly [RegExp, EvidenceKind])[] = [
  [/integration/i, "integration"],
  [/e2e|end[-_ ]?to[-_ ]?end/i, "end-to-end"],
  [/fail[-_ ]?over/i, "failover"],
  [/error[-_ ]?recovery|recovery/i, "error-recovery"],
];

function kindOf(words: string): EvidenceKind {
  return kinds.find(([pattern]) => pattern.test(words))?.[1] ?? "unit";
}

function numberOf(written: string, name: string): number {
  return Number(attribute(written, name) ?? 0) || 0;
}

function attribute(written: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}="([^"]{0,300})"`).exec(written)?.[1];
}
