import { compareVersions } from "#knowledge/index.js";

/** Whether a version meets every clause of a PEP 440 specifier; pre-releases are not told apart. */
export function admits(specifier: string, version: string): boolean {
  return clausesOf(specifier).every((clause) => meets(clause, version));
}

/** The version that `==` names, `2.1` for `==2.1.*`; undefined: several fit. */
export function exactVersion(specifier: string): string | undefined {
  return clausesOf(specifier).find(({ operator }) => operator === "==")?.version;
}

/** Whether every version that fits is below the bound: `<2`, `~=1.7` and `==1.26.4` stay below 2. */
export function staysBelow(specifier: string, bound: string): boolean {
  return clausesOf(specifier).some(({ operator, version }) => {
    const order = compareVersions(version, bound);
    if (operator === "<") return order <= 0;
    if (operator === "~=") return compareVersions(afterCompatible(version), bound) <= 0;
    return (operator === "<=" || operator === "==") && order < 0;
  });
}

/** Whether every version that fits is the bound or higher. */
export function startsAt(specifier: string, bound: string): boolean {
  return clausesOf(specifier).some(
    ({ operator, version }) => [">=", ">", "==", "~="].includes(operator) && compareVersions(version, bound) >= 0,
  );
}

/** Whether the newest version that fits lies in a range `>=START,<END`; false where nothing caps it. */
export function newestIsIn(specifier: string, range: string): boolean {
  const [start, end] = clausesOf(range);
  if (start === undefined || end === undefined) return false;
  return staysBelow(specifier, end.version) && !staysBelow(specifier, start.version);
}

/** Whether something keeps pip from the newest version. */
export function isCapped(specifier: string): boolean {
  return clausesOf(specifier).some(({ operator }) => !operator.startsWith(">") && operator !== "!=");
}

interface Clause {
  readonly operator: "==" | "!=" | "~=" | "<" | "<=" | ">" | ">=";
  /** Without `.*`. */
  readonly version: string;
  readonly isPrefix: boolean;
}

function clausesOf(specifier: string): readonly Clause[] {
  return [...specifier.matchAll(/(===?|~=|!=|<=?|>=?)\s*([^\s,]+)/g)].map(([, operator = "", version = ""]) => ({
    operator: (operator === "===" ? "==" : operator) as Clause["operator"],
    version: version.replace(/\.\*$/, ""),
    isPrefix: version.endsWith(".*"),
  }));
}

function meets({ operator, version, isPrefix }: Clause, candidate: string): boolean {
  const order = compareVersions(candidate, version);
  const isSame = isPrefix ? `${candidate}.`.startsWith(`${version}.`) : order === 0;
  switch (operator) {
    case "==":
      return isSame;
    case "!=":
      return !isSame;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "~=":
      return order >= 0 && compareVersions(candidate, afterCompatible(version)) < 0;
  }
}

/** First version that `~=` leaves out: `~=4.48.1` ends before 4.49, `~=1.7` before 2. */
function afterCompatible(version: string): string {
  const parts = version.split(".").slice(0, -1);
  const last = Number(parts.pop() ?? version);
  return [...parts, last + 1].join(".");
}
