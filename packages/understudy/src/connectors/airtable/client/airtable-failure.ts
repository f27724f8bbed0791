/** What a refusal of Airtable means for us. */
export type AirtableFailureKind =
  /** The token is unknown, expired or revoked. */
  | "unauthorized"
  /** The token may not do this, or the base, table, record or webhook is not there: Airtable answers both alike. */
  | "forbidden"
  /** There is no such thing. */
  | "missing"
  /** The request cannot be done as it is: a column, a value or an option that is not there. */
  | "refused"
  /** No answer, or one that says "later". */
  | "unavailable";

/** Whether Airtable answered that this cannot be done: to ask the same again is of no use. */
export function isRefusal(thrown: unknown): thrown is AirtableFailure {
  return thrown instanceof AirtableFailure && ["forbidden", "missing", "refused"].includes(thrown.kind);
}

/** What Airtable answered, without its message: that may quote a cell. */
export class AirtableFailure extends Error {
  override readonly name = "AirtableFailure";
  readonly kind: AirtableFailureKind;
  /** Airtable's own word, such as `INVALID_VALUE_FOR_COLUMN`; else one of ours, such as `NO_ANSWER`. */
  readonly type: string;
  /** Of the answer; undefined when there was none. */
  readonly status: number | undefined;

  constructor(kind: AirtableFailureKind, type: string, status?: number, options: { readonly cause?: unknown } = {}) {
    super(`Airtable: ${type}${status === undefined ? "" : ` (status ${status})`}`, options);
    this.kind = kind;
    this.type = type;
    this.status = status;
  }
}
