import { assertNever } from "@understudy/render";
import type { RenderFailure } from "#renders/service-render.js";
import { incompleteRow } from "./row-failures.js";
import type { KnownRow, RowInputs, SeenRow } from "./row.js";

/** What is to be done about a row that was just read. */
export type RowDecision =
  | { readonly kind: "nothing" }
  /** It says Pending although it was told that its render is in work: it is told again. */
  | { readonly kind: "say-again" }
  /** It is not whole, and has been as it is since then; somebody may still be typing. */
  | { readonly kind: "wait"; readonly since: Date }
  | { readonly kind: "refuse"; readonly failure: RenderFailure }
  /** @member replaces the render of the asking before, which nobody waits for any more. */
  | { readonly kind: "render"; readonly inputs: RowInputs; readonly replaces?: string };

/**
 * Decides about one row. Pending means "render this", once: whoever wants it again sets Status to Pending behind an end. While it is
 * in work, Pending means "again" only if the inputs are others.
 * @param patienceMs how long a row that is not whole may stay as it is.
 */
export function decideRow(
  known: KnownRow | undefined,
  { isPending, reading }: SeenRow,
  { now, patienceMs }: { readonly now: Date; readonly patienceMs: number },
): RowDecision {
  if (!isPending) return { kind: "nothing" };
  if (known !== undefined && isInWork(known)) {
    const isOther = reading.sha256 !== known.inputsSha256;
    if (isOther && reading.kind === "whole") {
      const { renderId: replaces } = known;
      return { kind: "render", inputs: reading.inputs, ...(replaces !== undefined && { replaces }) };
    }
    // Before it was told that it is in work, its Pending is the one that began it.
    return known.written?.asked === known.asked ? { kind: "say-again" } : { kind: "nothing" };
  }
  switch (reading.kind) {
    case "whole":
      return { kind: "render", inputs: reading.inputs };
    case "unusable":
      return { kind: "refuse", failure: reading.failure };
    case "incomplete": {
      // Whoever goes on typing is given the whole time again.
      const since = known?.seenSha256 === reading.sha256 ? (known.incompleteSince ?? now) : now;
      if (now.getTime() - since.getTime() < patienceMs) return { kind: "wait", since };
      return { kind: "refuse", failure: incompleteRow(reading.missing) };
    }
    default:
      return assertNever(reading);
  }
}

/** Whether it was asked for, and the row does not tell yet what came of it. */
export function isInWork({ asked, written }: Pick<KnownRow, "asked" | "written">): boolean {
  return asked > 0 && (written?.asked !== asked || written.phase === "processing");
}
