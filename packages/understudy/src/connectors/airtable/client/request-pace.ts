/**
 * Keeps all processes together within Airtable's limit of five requests a second for each base, customers' own programs included.
 * Source: https://airtable.com/developers/web/api/rate-limits
 */
export interface RequestPace {
  /** Waits for the next turn at a base. @throws the signal's reason; UnderstudyError `database-unavailable`. */
  wait(baseId: string, signal: AbortSignal): Promise<void>;
  /** Nobody begins a request to this base for so long. */
  hold(baseId: string, milliseconds: number): Promise<void>;
}
