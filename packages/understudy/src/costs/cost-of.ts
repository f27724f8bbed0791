import type { Cost } from "#renders/service-render.js";

/** Seconds at a price, in whole milliseconds and millionths of a dollar: no figure shows the noise of binary fractions. */
export function costOf(seconds: number, usdPerEngineSecond: number): Cost {
  const engineSeconds = rounded(seconds, 1e3);
  return { engineSeconds, usdPerEngineSecond, usd: rounded(engineSeconds * usdPerEngineSecond, 1e6) };
}

function rounded(value: number, stepsPerUnit: number): number {
  return Math.round(value * stepsPerUnit) / stepsPerUnit;
}
