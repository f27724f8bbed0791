/** What the table says of one failure of the command itself (findings are not failures). */
export interface PreflightErrorFact {
  /** 2: knowable from the command line. 3: it could not judge. */
  readonly exitStatus: 2 | 3;
  /** The next step, one sentence. Used when the thrower knows nothing better. */
  readonly hint: string;
}

/** Every way in which the command can fail. Codes are permanent: add, never rename. */
export const preflightErrorFacts = {
  "bad-usage": { exitStatus: 2, hint: "Run `preflight --help` to see the options." },
  "bad-config": { exitStatus: 2, hint: "Correct the setting that is named, or remove it to get its default." },
  "project-missing": { exitStatus: 2, hint: "Give the folder that holds the Dockerfile." },
  "dockerfile-missing": { exitStatus: 2, hint: "Give the path of a Dockerfile inside the project with --dockerfile." },
  "context-missing": { exitStatus: 2, hint: "Give a folder inside the project with --context." },
  "unknown-rule": { exitStatus: 2, hint: "Run `preflight rules` to see every rule." },
  "unknown-revision": { exitStatus: 2, hint: "Give a commit, branch or tag that `git rev-parse` knows." },
  "bad-baseline": { exitStatus: 2, hint: "Make the baseline again with --write-baseline." },
  "fix-conflict": { exitStatus: 3, hint: "Run the command again; the file changed between reading and writing." },
  "no-image": { exitStatus: 3, hint: "Give the Dockerfile with --dockerfile, or the folder that holds it." },
} as const satisfies Record<string, PreflightErrorFact>;

/** Permanent kebab-case code of a failure. */
export type PreflightErrorCode = keyof typeof preflightErrorFacts;

/** A known failure of the command: printed calmly, without a stack. */
export class PreflightError extends Error {
  override readonly name = "PreflightError";
  readonly code: PreflightErrorCode;
  readonly hint: string;

  /** @param message one sentence; never a secret. */
  constructor(code: PreflightErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? preflightErrorFacts[code].hint;
  }
}
