import type { RuleId } from "#model/finding.js";

/** A rough span of one person's working time. */
export interface Hours {
  readonly low: number;
  readonly high: number;
}

/**
 * How long it usually takes to mend what a rule finds and to see that it holds. Estimates, by family of rules; the spans
 * are wide because projects differ more than rules do.
 */
export function hoursOf(ruleId: RuleId, hasFix: boolean): Hours {
  if (hasFix) return { low: 0.1, high: 0.25 };
  const number = Number(ruleId.slice(2));
  const family = families.find(({ from, to }) => number >= from && number <= to);
  return family?.hours ?? { low: 0.25, high: 1 };
}

/** The sum of several spans. */
export function sumHours(spans: readonly Hours[]): Hours {
  return spans.reduce((sum, span) => ({ low: sum.low + span.low, high: sum.high + span.high }), { low: 0, high: 0 });
}

/** "10-30 min", "1-2 h": no finer than the estimate is. */
export function hoursInWords({ low, high }: Hours): string {
  if (high <= 1) return span(Math.round(low * 12) * 5, Math.round(high * 12) * 5, "min");
  const round = (hours: number): number => (hours < 3 ? Math.round(hours * 2) / 2 : Math.round(hours));
  return span(round(low), round(high), "h");
}

function span(low: number, high: number, unit: string): string {
  return low === high || high === 0 ? `${high} ${unit}` : `${low}-${high} ${unit}`;
}

const families: readonly { readonly from: number; readonly to: number; readonly hours: Hours }[] = [
  { from: 100, to: 199, hours: { low: 0.25, high: 0.5 } },
  { from: 200, to: 299, hours: { low: 0.5, high: 1 } },
  { from: 300, to: 309, hours: { low: 0.25, high: 1 } },
  { from: 310, to: 317, hours: { low: 0.5, high: 2 } },
  { from: 400, to: 499, hours: { low: 0.25, high: 0.5 } },
  { from: 500, to: 599, hours: { low: 0.5, high: 2 } },
  { from: 600, to: 699, hours: { low: 0.5, high: 2 } },
  // A leaked key is rotated, taken out of the code and set at the endpoint.
  { from: 701, to: 708, hours: { low: 0.5, high: 1 } },
  { from: 800, to: 999, hours: { low: 0.5, high: 1 } },
  // Tests and measurements are written, not corrected.
  { from: 1001, to: 1008, hours: { low: 2, high: 4 } },
];
