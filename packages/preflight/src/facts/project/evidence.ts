import type { Location } from "#model/location.js";
import { isObject, listOf, objectOf, textOf } from "./data-value.js";
import type { DataFile, ProjectFile } from "./project-facts.js";
import { readJunit } from "./junit.js";

/** What was tried. */
export const evidenceKinds = [
  "unit",
  "integration",
  "end-to-end",
  "performance",
  "load",
  "error-recovery",
  "failover",
] as const;

/** One of `evidenceKinds`. */
export type EvidenceKind = (typeof evidenceKinds)[number];

/** A run of tests or measurements that a file of the project records. */
export interface TestEvidence {
  readonly kind: EvidenceKind;
  readonly hasPassed: boolean;
  /** Why it says nothing of the files that are judged, one clause; undefined: it is fresh. */
  readonly staleBecause: string | undefined;
  /** What was measured, such as `longestJobSeconds`; empty for a JUnit file. */
  readonly figures: Readonly<Record<string, number>>;
  /** Commit, day and command, as far as they are known. */
  readonly statement: string;
  readonly location: Location;
}

/** What the project's files record of its tests. */
export interface EvidenceFacts {
  /** Of equal commands the last entry only: a repeated run replaces the one before it. */
  readonly runs: readonly TestEvidence[];
  /** Entries that count for nothing, and why. */
  readonly problems: readonly { readonly message: string; readonly location: Location }[];
}

/** What freshness is measured against. */
export interface EvidenceMoment {
  /** Full id of the commit that is judged; undefined: unknown. */
  readonly commit: string | undefined;
  readonly now: Date;
}

/** The record that a project, or its CI, writes after its runs. */
export const evidenceFileName = "preflight.evidence.json";

/** A run of another commit counts for this long, days: dependencies, drivers and cards change under unchanged files. */
export const maxEvidenceAgeDays = 30;

/** Reads `preflight.evidence.json` and every JUnit XML file of the project. */
export function readEvidence(
  files: ReadonlyMap<string, ProjectFile>,
  dataFiles: ReadonlyMap<string, DataFile>,
  moment: EvidenceMoment,
): EvidenceFacts {
  const recorded = new Map<string, TestEvidence>();
  const reports: TestEvidence[] = [];
  const problems: EvidenceFacts["problems"][number][] = [];
  const record = dataFiles.get(evidenceFileName);
  const fault = record?.problem ?? (record !== undefined && !Array.isArray(record.value) ? notAList : undefined);
  if (fault !== undefined) {
    problems.push({ message: fault.message, location: { path: evidenceFileName, line: fault.line } });
  }
  listOf(record?.value).forEach((entry, i) => {
    const location = { path: evidenceFileName, line: record?.lineOf([i, "kind"]) ?? 1 };
    const read = readEntry(entry, moment);
    if (typeof read === "string") problems.push({ message: read, location });
    else recorded.set(`${read.kind} ${read.command}`, { ...read.run, location });
  });
  for (const { path, text } of files.values()) {
    const junit = path.endsWith(".xml") && text !== undefined ? readJunit(path, text) : undefined;
    if (junit === undefined) continue;
    const { kind, hasPassed, testCount, date, line } = junit;
    const day = date === undefined ? "" : ` on ${date.slice(0, 10)}`;
    const statement = `${testCount} ${kind} tests ${hasPassed ? "passed" : "ran, some failed"}${day}.`;
    const staleBecause = staleness(undefined, date, moment);
    reports.push({ kind, hasPassed, staleBecause, figures: {}, statement, location: { path, line } });
  }
  return { runs: [...recorded.values(), ...reports], problems };
}

const notAList = { message: "It is not a list of runs.", line: 1 };

/** Runs without figures prove nothing of speed. */
const measured: ReadonlySet<EvidenceKind> = new Set(["performance", "load"]);

interface RecordedRun {
  readonly kind: EvidenceKind;
  readonly command: string;
  readonly run: Omit<TestEvidence, "location">;
}

/** A text says why the entry counts for nothing. */
function readEntry(value: unknown, moment: EvidenceMoment): RecordedRun | string {
  const entry = objectOf(value);
  const kind = evidenceKinds.find((each) => each === entry["kind"]);
  const result = entry["result"];
  const [commit, date, command] = [textOf(entry["commit"]), textOf(entry["date"]), textOf(entry["command"])];
  if (!isObject(value) || kind === undefined) return `kind is none of ${evidenceKinds.join(", ")}.`;
  if (result !== "passed" && result !== "failed") return "result is neither passed nor failed.";
  if (command === undefined) return "command is missing: nobody could repeat the run.";
  if (commit === undefined && date === undefined) return "commit and date are both missing.";
  const figures = Object.fromEntries(
    Object.entries(objectOf(entry["figures"])).filter((pair): pair is [string, number] => Number.isFinite(pair[1])),
  );
  if (measured.has(kind) && Object.keys(figures).length === 0) return `figures are missing: ${kind} needs numbers.`;
  const when = [commit === undefined ? [] : `commit ${commit.slice(0, 12)}`, date?.slice(0, 10) ?? []].flat();
  const statement = `${kind} ${result}, ${when.join(", ")}.`;
  const staleBecause = staleness(commit, date, moment);
  return { kind, command, run: { kind, hasPassed: result === "passed", staleBecause, figures, statement } };
}

const millisecondsPerDay = 86_400_000;

/** A commit may be shortened, to 7 digits at least. A date in the future is no date. */
function staleness(
  commit: string | undefined,
  date: string | undefined,
  { commit: judged, now }: EvidenceMoment,
): string | undefined {
  if (commit !== undefined && commit.length >= 7 && judged?.startsWith(commit.toLowerCase()) === true) return undefined;
  if (date === undefined) return commit === undefined ? "it has no date" : "it is of another commit and has no date";
  const ageDays = (now.getTime() - Date.parse(date)) / millisecondsPerDay;
  if (Number.isNaN(ageDays)) return "its date cannot be read";
  if (ageDays < -1) return "its date is in the future";
  return ageDays > maxEvidenceAgeDays ? `it is ${Math.floor(ageDays)} days old` : undefined;
}
