/** A request that arrived. */
export interface LoggedRequest {
  /** Milliseconds, by the stand-in's clock, when it had been read. */
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Of the answer; 0 when the connection was cut instead. */
  readonly status: number;
  readonly baseId?: string;
  /** How many records its body holds. */
  readonly records?: number;
}

/** The most requests to one base that arrived within any 1,000 ms. */
export function busiestSecond(requests: readonly LoggedRequest[], baseId: string): number {
  const times = requests
    .filter((request) => request.baseId === baseId)
    .map((request) => request.at)
    .toSorted((one, other) => one - other);
  let first = 0;
  let most = 0;
  for (const [index, end] of times.entries()) {
    while ((times[first] ?? end) <= end - 1_000) {
      first += 1;
    }
    most = Math.max(most, index - first + 1);
  }
  return most;
}
