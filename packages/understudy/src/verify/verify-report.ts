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
  /** One for each person whose face was put in. */
  readonly consentIds: readonly string[];
  /** SHA-256 of the video as it was delivered, when that is known. */
  readonly deliveredSha256?: string;
}

/** How a consent that a render was made under stands now. */
export interface ConsentStanding {
  readonly consentId: string;
  /** `unknown`: its record is not here, as that of an invented person never is, or cannot be read. */
  readonly consentState: "live" | "expired" | "revoked" | "unknown";
  /** When it was taken back or ran out. */
  readonly consentEndedAt?: string;
}

/** A match with its consents. At the top the one that stands worst: a film may be shown only as long as everybody agrees. */
export interface JudgedMatch extends Omit<RenderMatch, "consentIds">, ConsentStanding {
  /** In the order of the cast. */
  readonly consents: readonly ConsentStanding[];
}

/** A render whose video the file looks like. */
export interface Likeness {
  readonly renderId: string;
  /** 0 to 1; 1 is the same video. */
  readonly similarity: number;
}

/** Kinds of media. A video has a picture track; an animated picture is a picture. */
export type Medium = "video" | "sound" | "picture";

/** What was found out about a file, before it is judged. */
export interface FileFacts {
  readonly sha256: string;
  readonly byteLength: number;
  readonly provenance: ProvenanceFacts;
  /** What the file is, whatever its name says; absent when that could not be told. */
  readonly medium?: Medium;
  /** Absent for a picture, for what has no picture track, and for what cannot be decoded. */
  readonly watermark?: WatermarkReading;
  readonly matches: readonly JudgedMatch[];
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
