/** A file or folder that an erasure removed, or would remove. */
export interface ErasedFile {
  /**
   * `output`: what a render wrote; `published`: an output in a bucket, its path is `s3://BUCKET/KEY`; `copy`: a file in the
   * data folder with the bytes of an input or output; `record`: a file, or for a row of a database `record:ID`.
   */
  readonly kind: "output" | "published" | "work-folder" | "evidence" | "copy" | "record";
  /** The same for people, such as `consent record`. */
  readonly what: string;
  readonly path: string;
  /** Lower-case hex; absent for folders. */
  readonly sha256?: string;
}

/** A file that an erasure left alone on purpose. */
export interface KeptFile {
  readonly path: string;
  /**
   * `changed-since`: lies where an output was, with other bytes. `yours`: a photo or video of the user's own, outside the
   * data folder.
   */
  readonly why: "changed-since" | "yours";
}

/** An output that is not where it was written: moved, renamed or removed. */
export interface MissingFile {
  readonly path: string;
  /** Lower-case hex: what it can be known by. */
  readonly sha256: string;
}

/** Something that should have gone, and why it is still there (a system's error code, or words). */
export interface RemainingFile {
  readonly path: string;
  readonly why: string;
}

/** How many things went, by class; the only thing that is kept of an erasure. */
export type EraseCounts = Readonly<Record<"outputs" | "workFolders" | "evidence" | "copies" | "records", number>>;

/** What an erasure did, found and could not do. */
export interface EraseReport {
  readonly subjectId: string;
  readonly at: string;
  readonly outcome: "erased" | "already-erased" | "incomplete" | "dry-run";
  readonly counts: EraseCounts;
  readonly removed: readonly ErasedFile[];
  readonly kept: readonly KeptFile[];
  readonly missing: readonly MissingFile[];
  readonly remaining: readonly RemainingFile[];
  /** Renders of this person that ran at that moment; they can deliver nothing any more. */
  readonly stoppedRenders: readonly string[];
  /** Ids of other subjects with the same name, who may be the same person. */
  readonly namesakes: readonly string[];
}

/** Counts removed things by class. */
export function countErased(removed: readonly ErasedFile[]): EraseCounts {
  const count = (kind: ErasedFile["kind"]) => removed.filter((each) => each.kind === kind).length;
  return {
    outputs: count("output") + count("published"),
    workFolders: count("work-folder"),
    evidence: count("evidence"),
    copies: count("copy"),
    records: count("record"),
  };
}

/** The report for people. */
export function eraseReportInWords(report: EraseReport): string {
  const { subjectId, outcome, removed, kept, missing, remaining, stoppedRenders, namesakes } = report;
  const paths = (why: KeptFile["why"]) => kept.filter((each) => each.why === why).map(({ path }) => path);
  const widest = Math.max(...removed.map(({ what }) => what.length));
  return [
    headline[outcome](subjectId),
    ...section(
      outcome === "dry-run" ? "Would be removed" : "Removed",
      removed.map(({ what, path }) => `${what.padEnd(widest)}  ${path}`),
    ),
    ...section("Running renders that can deliver nothing any more", stoppedRenders),
    ...section("Left alone, because they were changed since", paths("changed-since")),
    ...section(
      "Not where they were made; if they were moved, these are their SHA-256",
      missing.map(({ path, sha256 }) => `${sha256}  ${path}`),
    ),
    ...section("These are yours; remove them yourself if you should", paths("yours")),
    ...section(
      "Still there",
      remaining.map(({ path, why }) => `${path} (${why})`),
    ),
    ...namesakesInWords(namesakes),
    ...(outcome === "already-erased" ? [] : [notLookedFor]),
  ].join("\n");
}

const headline: Record<EraseReport["outcome"], (subjectId: string) => string> = {
  erased: (id) => `✓ ${id} is erased; a second look found nothing of it`,
  "already-erased": (id) => `✓ ${id} was erased before; there is nothing to do`,
  incomplete: (id) => `✗ ${id} could not be erased completely`,
  "dry-run": (id) => `${id} would be erased; nothing was done`,
};

const notLookedFor =
  "Not looked for: record files, receipts and copies that were put outside the data folder; remove those yourself.";

function namesakesInWords(ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  const who = ids.length === 1 ? "1 other subject has" : `${ids.length} other subjects have`;
  return [`${who} the same name: ${ids.join(", ")}.`];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title} (${lines.length}):`, ...lines.map((line) => `  ${line}`)];
}
