import { compareVersions } from "#knowledge/index.js";

/**
 * Whether the newest version that a specifier lets in lies in a range such as `>=1.7.11,<1.10.1`. The range's first
 * version counts as released. False for a specifier without an upper end: the newest release of all is not known here.
 */
export function newestAllowedIsIn(specifier: string, range: string): boolean {
  const allowed = boundsOf(specifier);
  const wanted = boundsOf(range);
  if (allowed?.upper === undefined || wanted?.lower === undefined || wanted.upper === undefined) return false;
  const aboveStart = compareVersions(allowed.upper, wanted.lower);
  const belowEnd = compareVersions(allowed.upper, wanted.upper);
  return allowed.isUpperIn ? aboveStart >= 0 && belowEnd < 0 : aboveStart > 0 && belowEnd <= 0;
}

interface Bounds {
  readonly lower: string | undefined;
  readonly upper: string | undefined;
  readonly isUpperIn: boolean;
}

/** The ends of a PEP 440 specifier; undefined for what has none, such as `!=` and `===`. */
function boundsOf(specifier: string): Bounds | undefined {
  const bounds: Bounds = { lower: undefined, upper: undefined, isUpperIn: false };
  for (const clause of specifier.split(",").map((each) => each.trim())) {
    if (clause === "") continue;
    const [, operator, version] = /^(==|~=|>=|<=|<|>)\s*v?(\d+(?:\.\d+)*(?:\.\*)?)$/.exec(clause) ?? [];
    if (operator === undefined || version === undefined) return undefined;
    Object.assign(bounds, endsOf(operator, version));
  }
  return bounds;
}

function endsOf(operator: string, version: string): Partial<Bounds> {
  const bare = version.replace(/\.\*$/, "");
  switch (operator) {
    case "==":
      return version === bare
        ? { lower: bare, upper: bare, isUpperIn: true }
        : { lower: bare, upper: successor(bare), isUpperIn: false };
    case "~=":
      return { lower: bare, upper: successor(bare.replace(/\.\d+$/, "")), isUpperIn: false };
    case "<=":
      return { upper: bare, isUpperIn: true };
    case "<":
      return { upper: bare, isUpperIn: false };
    default:
      return { lower: bare };
  }
}

/** `1.7` gives `1.8`. */
function successor(version: string): string {
  return version.replace(/\d+$/, (last) => String(Number(last) + 1));
}
