import { z } from "zod";
import { UnderstudyError } from "#model/errors.js";
import type { SwapRange } from "#model/plan.js";

const secondsSchema = z.number().finite().nonnegative();
const planSchema = z.strictObject({
  swap: z
    .array(z.strictObject({ startSeconds: secondsSchema, endSeconds: secondsSchema }))
    .min(1)
    .max(1000),
});

/**
 * Reads `--swap 0-5,15-20`; seconds, decimals allowed, each range half-open.
 * @throws UnderstudyError `bad-usage` for a malformed text, `overlapping-segments` when two ranges share a moment.
 */
export function parseSwapRanges(text: string): SwapRange[] {
  const ranges = text.split(",").map((part) => {
    const match = /^\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*$/.exec(part);
    if (match === null) {
      throw new UnderstudyError(
        "bad-usage",
        `--swap expects ranges in seconds such as 0-5,15-20 but received "${part.trim()}".`,
      );
    }
    return { startSeconds: Number(match[1]), endSeconds: Number(match[2]) };
  });
  return orderRanges(ranges, "bad-usage");
}

/**
 * Reads the parsed JSON of `--plan plan.json`.
 * @throws UnderstudyError `bad-plan` with the path of the first wrong field, `overlapping-segments`.
 */
export function parsePlanFile(value: unknown): SwapRange[] {
  const result = planSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UnderstudyError(
      "bad-plan",
      `The plan is not valid at ${issue?.path.join(".") || "its top"}: ${issue?.message}.`,
    );
  }
  return orderRanges(result.data.swap, "bad-plan");
}

function orderRanges(ranges: readonly SwapRange[], code: "bad-usage" | "bad-plan"): SwapRange[] {
  for (const { startSeconds, endSeconds } of ranges) {
    if (endSeconds <= startSeconds) {
      throw new UnderstudyError(
        code,
        `A swap range must end after it starts, but ${startSeconds}-${endSeconds} does not.`,
      );
    }
  }
  const ordered = [...ranges].sort((a, b) => a.startSeconds - b.startSeconds);
  for (const [i, range] of ordered.entries()) {
    const next = ordered[i + 1];
    if (next !== undefined && next.startSeconds < range.endSeconds) {
      const pair = `${range.startSeconds}-${range.endSeconds} and ${next.startSeconds}-${next.endSeconds}`;
      throw new UnderstudyError("overlapping-segments", `The swap ranges ${pair} overlap.`);
    }
  }
  return ordered;
}
