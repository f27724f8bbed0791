import { ok, trouble, type Finding } from "#doctor/finding.js";

/**
 * Compares another clock with ours.
 * @param middle our time, in milliseconds, half way between question and answer.
 * @param seconds differences from which on it is a warning, an error.
 */
export function clockFinding(
  id: string,
  whose: string,
  theirs: Date | undefined,
  middle: number,
  seconds: { readonly warning: number; readonly error: number },
): Finding {
  if (theirs === undefined) return ok(id, `The ${whose} does not tell the time.`, "no time in its answer");
  const difference = (theirs.getTime() - middle) / 1000;
  const size = Math.abs(difference);
  const evidence = `${size.toFixed(1)} s ${difference < 0 ? "behind" : "ahead of"} this machine`;
  if (size < seconds.warning) return ok(id, `The clock of the ${whose} goes with ours.`, evidence);
  return trouble(size < seconds.error ? "warning" : "error", id, `The clock of the ${whose} is another than ours.`, {
    evidence,
    remedy: "Set this machine's clock by a time server (NTP), and that machine's.",
  });
}
