interface CodeFact {
  readonly retryable: boolean;
  readonly hint: string;
}

const final = (hint: string): CodeFact => ({ retryable: false, hint });
const passing = (hint: string): CodeFact => ({ retryable: true, hint });

const facts = {
  "bad-url": final(
    "Give a URL that starts with https:// or http://, without user name or password, at a port of the web.",
  ),
  "bad-options": final("Correct the options of the call; nothing was sent."),
  "address-refused": final("Give a public address, or name its block in the address policy."),
  unresolved: passing("Check the name in the URL, and that this machine can ask a name server."),
  unreachable: passing("Check that the server runs and may be reached from here."),
  "tls-failed": final("Give the server a certificate for its name that a public authority signed."),
  "too-many-redirects": final("Give the URL at which the redirects end."),
  "redirect-refused": final("Let the server redirect to https only."),
  status: final("Check that the URL still serves the file to anybody who has it."),
  "bad-answer": final("The server does not speak proper HTTP; serve the file from another place."),
  "unasked-encoding": final("Serve the file as it is, without compressing it again."),
  "too-large": final("Give a smaller file, or raise limits.maxBytes."),
  "too-slow": passing("Serve the file from a faster place, or raise the time limits."),
  "wrong-type": final("Give the URL of the media file itself, not of a page or a playlist."),
  interrupted: passing("Try again later; the connection ended before the answer did."),
  "disk-full": final("Free some space, then try again."),
  "write-failed": final("Check that the folder exists and is writable."),
} as const satisfies Record<string, CodeFact>;

/** Permanent, kebab-case name of a failure. */
export type GuardedFetchCode = keyof typeof facts;

/** What is known about a failure beyond its code. */
export interface FailureDetails {
  /** Replaces the code's own answer. */
  readonly retryable?: boolean;
  /** HTTP status, when an answer had begun. */
  readonly status?: number | undefined;
  /** What the server's Retry-After asks for, in milliseconds from its answer. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The one error of this package; a cancelled call rejects with its signal's own reason instead.
 * The message names the host at most: paths and queries carry secrets, and a resolved address would tell a stranger about
 * the network behind the name. For the same reason there is no `cause`.
 */
export class GuardedFetchError extends Error {
  override readonly name = "GuardedFetchError";
  readonly code: GuardedFetchCode;
  /** Whether the same call may succeed when it is made again. */
  readonly retryable: boolean;
  /** The next step, one sentence. */
  readonly hint: string;
  /** HTTP status, when an answer had begun. */
  readonly status: number | undefined;
  /** What the server's Retry-After asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: GuardedFetchCode, message: string, details: FailureDetails = {}) {
    super(message);
    this.code = code;
    this.hint = facts[code].hint;
    this.retryable = details.retryable ?? facts[code].retryable;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}
