/** `01:02:03.450`, or with another sign in front of the milliseconds, as SRT has it. */
export function clockTime(seconds: number, separator: "." | ","): string {
  const total = Math.round(seconds * 1000);
  return `${clock(Math.floor(total / 1000), 2)}${separator}${String(total % 1000).padStart(3, "0")}`;
}

/** `1:02:03.45`: what ASS has. */
export function assTime(centiseconds: number): string {
  return `${clock(Math.floor(centiseconds / 100), 1)}.${String(centiseconds % 100).padStart(2, "0")}`;
}

/** Times that ASS can say. */
export function toCentiseconds(seconds: number): number {
  return Math.round(seconds * 100);
}

function clock(seconds: number, hourDigits: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = String(Math.floor(seconds / 3600)).padStart(hourDigits, "0");
  return `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
