import { UnderstudyError, type ErrorCode } from "@understudy/render";

/** A failure whose status or fields are HTTP's own, such as 405 with `Allow`. */
export class Refusal extends UnderstudyError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  /** @param message one calm sentence, as of every `UnderstudyError`. */
  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    options: { readonly hint?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(code, message, options.hint === undefined ? {} : { hint: options.hint });
    this.status = status;
    this.headers = options.headers ?? {};
  }
}
