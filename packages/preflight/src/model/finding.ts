import type { Location } from "./location.js";

/** `error` blocks, `warning` costs, `note` informs (SARIF 2.1.0, section 3.27.10). */
export type Level = "error" | "warning" | "note";

/**
 * How sure a rule is. `certain`: the files say it. `likely`: it holds unless something outside the files changes it.
 * `possible`: worth a look; never decides a verdict.
 */
export type Confidence = "certain" | "likely" | "possible";

/** When the fault shows. */
export type Phase = "build" | "start" | "job" | "deploy" | "security";

/** Id of a rule: `US` and three or four digits. Permanent. */
export type RuleId = `US${number}`;

/** One fact that a finding rests on. Never holds a secret's value. */
export interface Evidence {
  /** One sentence or a quoted line. */
  readonly statement: string;
  /** Where it stands, when it stands in a file. */
  readonly location?: Location;
}

/** Whole lines of one file put in the place of others. */
export interface LineEdit {
  readonly kind: "lines";
  /** Path from the project's folder, with `/`. */
  readonly path: string;
  /** First line replaced, from 1. */
  readonly startLine: number;
  /** Last line replaced, inclusive; `startLine - 1` inserts before `startLine`. */
  readonly endLine: number;
  /** New lines, without line ends. */
  readonly lines: readonly string[];
}

/** A file that is not there yet. */
export interface NewFileEdit {
  readonly kind: "new-file";
  readonly path: string;
  readonly text: string;
}

/** A change that `--fix` can make. */
export interface Fix {
  /** What it does, in the imperative: "Quote the version range". */
  readonly title: string;
  readonly edits: readonly (LineEdit | NewFileEdit)[];
}

/** What a rule says; the engine adds what the rule's meta already knows. */
export interface Report {
  /** One sentence: what is wrong and what it will do. */
  readonly message: string;
  /** One sentence: the next step. */
  readonly remedy: string;
  readonly at: Location;
  /** Default: the rule's level. */
  readonly level?: Level;
  /** Default: `certain`. */
  readonly confidence?: Confidence;
  /** Default: the rule's phase. */
  readonly phase?: Phase;
  /** Default: the line itself. */
  readonly evidence?: readonly Evidence[];
  readonly fix?: Fix;
}

/** An answer of one rule, with its evidence and its remedy. */
export interface Finding {
  readonly ruleId: RuleId;
  /** Kebab-case name of the rule, such as `copy-source-missing`. */
  readonly ruleName: string;
  readonly level: Level;
  readonly confidence: Confidence;
  readonly phase: Phase;
  readonly message: string;
  readonly remedy: string;
  readonly location: Location;
  readonly evidence: readonly Evidence[];
  /** The Dockerfile of the image that it concerns; undefined for the whole project. */
  readonly image: string | undefined;
  readonly fix: Fix | undefined;
  /** 16 hex digits, the same after lines move: of rule, path, the line's text and its count among equal ones. */
  readonly fingerprint: string;
}

/** A check that could not be carried out: the verdict says UNKNOWN instead of passing over it. */
export interface Unjudged {
  /** The rule, or undefined when facts for many rules are missing (a grammar that did not load). */
  readonly ruleId: RuleId | undefined;
  readonly phase: Phase;
  /** One sentence. */
  readonly reason: string;
  /** What to do about it, or how to check by hand. */
  readonly remedy: string;
  /** Only a required check makes the verdict UNKNOWN. */
  readonly isRequired: boolean;
}
