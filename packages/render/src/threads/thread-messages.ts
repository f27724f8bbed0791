import type { ErrorCode } from "#model/errors.js";

/** What a thread says to its starter. */
export type ThreadMessage<Progress, Result> =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "done"; readonly result: Result }
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string;
      readonly stack?: string;
    };

/** What a starter says to its thread. */
export interface CancelMessage {
  readonly kind: "cancel";
}
