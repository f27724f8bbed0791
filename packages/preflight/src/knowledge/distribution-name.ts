/** The one spelling of a Python distribution's name: lower case, `-` for `_` and `.` (PEP 503). */
export function distributionName(written: string): string {
  return written.toLowerCase().replace(/[-_.]+/g, "-");
}
