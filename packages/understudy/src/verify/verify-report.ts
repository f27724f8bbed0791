import type { ErrorCode, ProvenanceFacts, WatermarkReading } from "@understudy/render";

/** What a file is, in one word. */
export type Verdict =
  /** Whole, and made by this installation. */
  | "ours"
  /** Whole, and validly signed by somebody else. */
  | "signed"
  /** Its content is not what was signed or delivered. */
  | "altered"
  /** It carries credentials that cannot be relied on. */
  | "invalid"
  /** It only names credentials on the network, which are not fetched. */
  | "remote"
  /** No credentials, but our watermark is in the picture: they were removed. */
  | "stripped"
  /** No credentials and no watermark. */
  | "unmarked";

/** How a file leads to a render of this installation. */
export type MatchReason = "bytes" | "credentials" | "watermark";

/** A render of this installation that a file comes from. */
export interface RenderMatch {
  readonly renderId: string;
  readonly by: readonly MatchReason[];
  readonly startedAt: string;
  readonly consentId: string;
  /** SHA-256 of the video as it was delivered, when that is known. */
  readonly deliveredSha256?: string;
}

/** A render whose film the file looks like. */
export interface Likeness {
  readonly renderId: string;
  /** 0 to 1; 1 is the same film. */
  readonly similarity: number;
}

/** What was found out about a file, before it is judged. */
export interface FileFacts {
  readonly sha256: string;
  readonly byteLength: number;
  readonly provenance: ProvenanceFacts;
  /** Absent for what has no picture track, or cannot be decoded. */
  readonly watermark?: WatermarkReading;
  readonly matches: readonly RenderMatch[];
  /** Best first, at most five; empty when something leads to a render. Renders of one source video look alike. */
  readonly looksLike: readonly Likeness[];
}

/** Everything `understudy verify` says of a file. */
export interface VerifyReport extends FileFacts {
  readonly file: string;
  readonly verdict: Verdict;
  /** Absent when the file is whole. */
  readonly code?: ErrorCode;
  /** One sentence on why. */
  readonly reason: string;
  /** What to do next; absent when the file is whole. */
  readonly hint?: string;
}
