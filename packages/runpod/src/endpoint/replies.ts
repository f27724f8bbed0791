import type { EndpointReply } from "./http.js";
import type { JsonText } from "./stores/job-record.js";

/** A request that is turned down; thrown by handlers. Its message is the sentence that the client reads. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, sentence: string, headers: Readonly<Record<string, string>> = {}) {
    super(sentence);
    this.status = status;
    this.headers = headers;
  }
}

/** 200 with JSON text. Never 201 or 202: npm `runpod-sdk` takes any status but 200 for an error. */
export function ok(body: JsonText, undelivered?: () => void): EndpointReply {
  return { status: 200, body, ...(undelivered === undefined ? {} : { undelivered }) };
}

/** 204: nothing came while the request was held. */
export const nothing: EndpointReply = { status: 204 };

/** Says that a report was taken note of. Workers read the status only. */
export const noted: EndpointReply = ok('{"status":"ok"}');

/** An error as `{"error": sentence}`. */
export function errorReply(
  status: number,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): EndpointReply {
  return { status, body: JSON.stringify({ error: sentence }), headers };
}

/** The answer for an id that no job has; also for one that has been forgotten. */
export function noSuchJob(): Refusal {
  return new Refusal(
    404,
    "There is no such job: the id is wrong, or the job's time to live or its result's has passed.",
  );
}

/** The answer while the endpoint or its server closes. */
export function closing(): Refusal {
  return new Refusal(503, "The endpoint is closing; try again.", { "retry-after": "1" });
}
