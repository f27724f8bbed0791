/** A request, whatever server it came through. */
export interface EndpointRequest {
  readonly method: string;
  /** Path and query, as on the request line. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /**
   * The body's bytes, read when a handler wants them.
   * @throws BodyTooLarge when there are more than `maxBytes`.
   */
  readBody(maxBytes: number): Promise<Uint8Array>;
  /** Aborted when whoever asked has hung up. */
  readonly signal: AbortSignal;
  /** Set by a server that has keys of its own, and let this request in: the endpoint does not ask for one of its keys. */
  readonly isKeyChecked?: boolean;
}

/** An answer. Always JSON, or nothing. */
export interface EndpointReply {
  readonly status: number;
  /** JSON text; undefined sends no body. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * What the server calls when it could not send this answer because whoever asked has hung up: the answer held something
   * that is given out once. Never throws.
   */
  readonly undelivered?: () => void;
}

/** More bytes than a body may have. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
  readonly maxBytes: number;
  constructor(maxBytes: number) {
    super(`The body has more than ${maxBytes} bytes.`);
    this.maxBytes = maxBytes;
  }
}
