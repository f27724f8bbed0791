/** What happens to a request instead of its proper answer. */
export type FaultAct =
  /** Nothing is done. A text is sent as it is, anything else as JSON. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Nothing is done, and the connection is cut. */
  | { readonly kind: "lost-request" }
  /** It is done, and the connection is cut before the answer: the program cannot know. */
  | { readonly kind: "lost-answer" }
  /** It is done, and answered when `until` settles. */
  | { readonly kind: "late-answer"; readonly until: Promise<unknown> };

/** Which requests go wrong. */
export interface FaultReach {
  /** Default: any. @param path without the query. */
  match?(method: string, path: string): boolean;
  /** How many. Default 1. */
  readonly times?: number;
}

/** Faults that are due. */
export interface FaultList {
  add(act: FaultAct, reach?: FaultReach): void;
  /** The fault of this request, which is used up; undefined for none. */
  take(method: string, path: string): FaultAct | undefined;
}

/** A list of faults, first come first served. */
export function createFaultList(): FaultList {
  const faults: { readonly act: FaultAct; readonly reach: FaultReach; left: number }[] = [];
  return {
    add(act, reach = {}) {
      faults.push({ act, reach, left: reach.times ?? 1 });
    },
    take(method, path) {
      const fault = faults.find(({ reach, left }) => left > 0 && (reach.match?.(method, path) ?? true));
      if (fault === undefined) {
        return undefined;
      }
      fault.left -= 1;
      return fault.act;
    },
  };
}
