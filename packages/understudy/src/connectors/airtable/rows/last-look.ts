import { decideRow } from "./decide-row.js";
import type { DueRow } from "./row-book.js";
import type { SeenRow } from "./row.js";

/** What is to be done about a row that was read once more before it is told its end. */
export type LastLook =
  | { readonly kind: "gone" }
  /** It asks for something else by now: that end is not what it waits for. */
  | { readonly kind: "claim" }
  /** @member row knows what the row holds by now. */
  | { readonly kind: "tell"; readonly row: DueRow };

/**
 * Looks at a row right before its Status is written over: a Pending that was set since it was read last would be lost.
 * @param seen undefined: it is not in the table any more.
 */
export function lastLook(row: DueRow, seen: SeenRow | undefined): LastLook {
  if (seen === undefined) return { kind: "gone" };
  const { kind } = decideRow(row.known, seen, somebodyTypes);
  if (kind === "render" || kind === "refuse") return { kind: "claim" };
  return { kind: "tell", row: { ...row, known: { ...row.known, seenSha256: seen.reading.sha256 } } };
}

/** A row that is not whole is not refused in this place. */
const somebodyTypes = { now: new Date(0), patienceMs: Infinity };
