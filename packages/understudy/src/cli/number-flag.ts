import { UnderstudyError } from "@understudy/render";

/** Reads a number of the command line. @throws UnderstudyError `bad-usage` with the range. */
export function numberFlag(
  flag: string,
  text: string,
  range: { readonly min: number; readonly max: number; readonly isWhole: boolean },
): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.min && value <= range.max && (Number.isInteger(value) || !range.isWhole)) return value;
  const kind = range.isWhole ? "a whole number" : "a number";
  throw new UnderstudyError("bad-usage", `${flag} expects ${kind} from ${range.min} to ${range.max}, not "${text}".`);
}
