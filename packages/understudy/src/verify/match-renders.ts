import { compareFingerprints, looksAlikeSimilarity, type Fingerprint } from "@understudy/render";
import type { RenderRecord } from "#records/render-records.js";
import type { FileFacts, Likeness, MatchReason, RenderMatch } from "./verify-report.js";

/** Most renders that a report names for looking alike. */
const maxLikenesses = 5;

/** The renders that a file comes from, or those that it looks like. */
export interface Matches extends Pick<FileFacts, "looksLike"> {
  readonly matches: readonly RenderMatch[];
}

/** What leads from a file to a render. */
export interface Traces {
  readonly sha256: string;
  /** From valid credentials of our own. */
  readonly renderId?: string;
  readonly watermarkId?: string;
  /** Of the file; several when it was looked at through several crops. */
  readonly fingerprints: readonly Fingerprint[];
}

/**
 * Finds the renders that a file comes from; where nothing leads to one, those whose video it looks like (2.5 ms a render of 30 s).
 * Pure.
 */
export function matchRenders(traces: Traces, records: readonly RenderRecord[]): Matches {
  const matches = records.flatMap((record) => matchOf(traces, record) ?? []);
  return { matches, looksLike: matches.length > 0 ? [] : likenessesOf(traces, records) };
}

function likenessesOf(traces: Traces, records: readonly RenderRecord[]): Likeness[] {
  return records
    .flatMap((record) => likenessOf(traces, record) ?? [])
    .toSorted((a, b) => b.similarity - a.similarity)
    .slice(0, maxLikenesses);
}

function matchOf(traces: Traces, record: RenderRecord): RenderMatch | undefined {
  const reasons: [MatchReason, boolean][] = [
    ["bytes", record.outputs.some(({ sha256 }) => sha256 === traces.sha256)],
    ["credentials", record.renderId === traces.renderId],
    ["watermark", record.watermarkId === traces.watermarkId],
  ];
  const by = reasons.filter(([, holds]) => holds).map(([reason]) => reason);
  if (by.length === 0) return undefined;
  const { renderId, startedAt, people, outputs } = record;
  const consentIds = people.map(({ consentId }) => consentId);
  const deliveredSha256 = outputs[0]?.sha256;
  return { renderId, by, startedAt, consentIds, ...(deliveredSha256 !== undefined && { deliveredSha256 }) };
}

function likenessOf({ fingerprints }: Traces, { renderId, fingerprint }: RenderRecord): Likeness | undefined {
  if (fingerprint === undefined || fingerprints.length === 0) return undefined;
  const { similarity } = compareFingerprints(fingerprints, fingerprint);
  return similarity < looksAlikeSimilarity ? undefined : { renderId, similarity };
}
