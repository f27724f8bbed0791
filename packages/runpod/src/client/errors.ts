interface ClientErrorFact {
  /** Whether the same call may succeed later and does no harm when it is made again. */
  readonly retryable: boolean;
  /** The next step, one sentence. */
  readonly hint: string;
}

/** Every way in which a call of the client can fail. Codes are permanent: add, never rename. */
export const clientErrorFacts = {
  // Knowable before anything is sent.
  "bad-options": { retryable: false, hint: "Correct the option that is named." },
  "insecure-url": { retryable: false, hint: "Use https, or set allowInsecure if the network in between is yours." },
  "bad-input": { retryable: false, hint: "Give an input that JSON can carry." },
  "input-too-large": { retryable: false, hint: "Upload large files and send their URLs." },
  // Said by the server, or by its silence.
  unreachable: { retryable: true, hint: "Check the address and the network, then try again." },
  "outcome-unknown": {
    retryable: false,
    hint: 'It may have been done: look before you ask again. resubmit "with-key" makes run safe where keys are honoured.',
  },
  "no-answer": { retryable: true, hint: "Try again; if it stays, look at the endpoint's health." },
  "server-failed": { retryable: true, hint: "Try again; if it stays, look at the endpoint's health." },
  "too-many-requests": { retryable: true, hint: "Send fewer requests at a time, or try again in a minute." },
  unauthorized: { retryable: false, hint: "Check the key, and that it may use this endpoint." },
  "endpoint-unknown": { retryable: false, hint: "Check the endpoint's id and the base URL." },
  "request-refused": { retryable: false, hint: "Correct the request; sending it again changes nothing." },
  redirected: { retryable: false, hint: "Give the address that it redirects to; the key is not carried there." },
  "bad-answer": { retryable: false, hint: "Check that the URL is that of a RunPod endpoint." },
  // Of a job.
  "job-unknown": {
    retryable: false,
    hint: "Check the id; results are kept for 30 minutes after /run, 1 after /runsync.",
  },
  "job-expired": {
    retryable: false,
    hint: "Ask sooner after its end, or give the job a longer policy.ttl, which counts from its submission.",
  },
  "job-failed": { retryable: false, hint: "Correct the input or the worker, then retry() or run it again." },
  "job-cancelled": { retryable: false, hint: "Run it again if it was cancelled by mistake." },
  "job-timed-out": { retryable: false, hint: "Give the job a longer policy.executionTimeout, then retry() it." },
  "bad-output": { retryable: false, hint: "Compare the worker's output with the schema." },
  "wait-timeout": { retryable: true, hint: "The job goes on; wait for it again by its id, or cancel it." },
  aborted: { retryable: false, hint: "The job, if there is one, goes on; cancel() ends it." },
  // Of a webhook.
  "bad-webhook": { retryable: false, hint: "Answer 400; nothing but a finished job belongs here." },
  "webhook-unverified": {
    retryable: false,
    hint: "Answer 401; check the secret and the clock if you sent it yourself.",
  },
} as const satisfies Record<string, ClientErrorFact>;

/** Permanent kebab-case name of a failure. */
export type ClientErrorCode = keyof typeof clientErrorFacts;

/** What is known of a failure beside its code. */
export interface ClientErrorDetails {
  readonly hint?: string | undefined;
  readonly jobId?: string | undefined;
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** The one error of the client. Its texts never hold the key, an input, an output, or a URL's query. */
export class RunPodClientError extends Error {
  override readonly name = "RunPodClientError";
  readonly code: ClientErrorCode;
  readonly hint: string;
  /** Whether the same call may succeed later and does no harm when it is made again. */
  readonly retryable: boolean;
  /** The job, wherever its id was known. */
  readonly jobId: string | undefined;
  /** HTTP status, when there was an answer. */
  readonly status: number | undefined;

  /** @param message one calm sentence. */
  constructor(code: ClientErrorCode, message: string, details: ClientErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint ?? clientErrorFacts[code].hint;
    this.retryable = clientErrorFacts[code].retryable;
    this.jobId = details.jobId;
    this.status = details.status;
  }
}
