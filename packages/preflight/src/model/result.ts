import type { Profile } from "./config.js";
import type { Finding, RuleId } from "./finding.js";
import type { Judgement, Verdict, VerdictWord } from "./verdict.js";

/** What a caller asks for. */
export interface PreflightOptions {
  /** Folder of the project, absolute. */
  readonly root: string;
  /** Judge this Dockerfile only: path from the project's folder. Default: every Dockerfile that is found. */
  readonly dockerfile?: string;
  /** Build context of that Dockerfile, from the project's folder. Default: inferred. */
  readonly context?: string;
  /** Judge the files of this git revision instead of the folder. */
  readonly revision?: string;
  /** Show only findings that were not there at this git revision. */
  readonly since?: string;
  /** Configuration file, absolute. Default: the project's own, if there. */
  readonly configPath?: string;
  /** Overrules the configuration. */
  readonly profile?: Profile;
  /** Accepted for the future: this version never uses the network. */
  readonly offline?: boolean;
  /** Fingerprints that are known and set aside. */
  readonly baseline?: ReadonlySet<string>;
  /** The day on which ignore comments expire is compared with this. Default: the clock. */
  readonly now?: Date;
  readonly signal?: AbortSignal;
}

/** One Dockerfile that was judged. */
export interface ImageResult {
  /** Path from the project's folder. */
  readonly dockerfile: string;
  /** Build context from the project's folder, "" for the project itself. */
  readonly context: string;
  /** False for an image that only serves development, or that nothing builds: its errors cost, but do not block. */
  readonly isLive: boolean;
  readonly judgement: Judgement;
}

/** One rule asked of one image, or of the project. A pass is shown with what was looked at, never bare. */
export interface RuleRun {
  readonly ruleId: RuleId;
  /** The Dockerfile; undefined for a rule of the whole project. */
  readonly image: string | undefined;
  /** How many findings it gave, suppressed ones included. */
  readonly findings: number;
  /** What it had to look at, such as "12 COPY sources"; "" when there was nothing: it then proves nothing. */
  readonly lookedAt: string;
}

/** A finding that does not count, and who said so. */
export interface SuppressedFinding {
  readonly finding: Finding;
  readonly by: "comment" | "baseline" | "config";
  readonly reason: string;
}

/** What a reader of a result may ask of the project's files. */
export interface JudgedProject {
  readonly files: ReadonlyMap<string, { readonly text: string | undefined }>;
  readonly buildCommands: readonly { readonly dockerfile: string | undefined; readonly tags: readonly string[] }[];
  readonly endpoint: { readonly imageReferences: readonly { readonly reference: string }[] };
}

/** Everything that one run of preflight knows. */
export interface PreflightResult {
  readonly verdict: Verdict;
  readonly images: readonly ImageResult[];
  readonly project: JudgedProject;
  readonly suppressed: readonly SuppressedFinding[];
  readonly runs: readonly RuleRun[];
  readonly counts: { readonly files: number; readonly images: number; readonly rules: number };
  readonly milliseconds: number;
}

/** One commit of `preflight history`. */
export interface HistoryEntry {
  /** Short hash. */
  readonly hash: string;
  readonly verdict: VerdictWord;
  readonly errorCount: number;
  /** The first error that decides; undefined: none. */
  readonly firstError: Finding | undefined;
}
