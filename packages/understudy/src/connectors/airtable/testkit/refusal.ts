/** An answer that is not a success. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`status ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** A refusal in the usual envelope. */
export function refuse(status: number, type: string, message: string): Refusal {
  return new Refusal(status, { error: { type, message } });
}

/** A 422. */
export function invalid(type: string, message: string): Refusal {
  return refuse(422, type, message);
}

/** A 422 for everything that has no better word. */
export function invalidRequest(): Refusal {
  return invalid("INVALID_REQUEST_UNKNOWN", "Invalid request: parameter validation failed. Check your request data.");
}

/** A path that leads nowhere, or a webhook that is not there: a bare text. */
export function notFound(): Refusal {
  return new Refusal(404, { error: "NOT_FOUND" });
}

/** One answer for what is not there, what the token was not granted, and a scope it lacks. */
export function notPermittedOrNotFound(): Refusal {
  return refuse(
    403,
    "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
    "Invalid permissions, or the requested model was not found. Check that both your user and your token have the " +
      "required permissions, and that the model names and/or ids are correct.",
  );
}

/** The user may not, whatever the token says. */
export function notPermitted(): Refusal {
  return refuse(403, "INVALID_PERMISSIONS", "You are not permitted to perform this operation");
}

/** Too many requests. Seen in recorded answers with this envelope; the documentation prints the usual one. */
export function tooManyRequests(): Refusal {
  return new Refusal(429, {
    errors: [{ error: "RATE_LIMIT_REACHED", message: "Rate limit exceeded. Please try again later" }],
  });
}
