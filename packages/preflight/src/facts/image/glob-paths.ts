import type { StageFiles } from "./stage-files.js";

/**
 * Paths of a stage that a shell pattern names; the pattern itself when it has no wildcard. Nothing for a pattern
 * without a match. A class such as `[ab]` is taken for any one character.
 * @param pattern absolute.
 */
export function globPaths(files: StageFiles, pattern: string): readonly string[] {
  if (!hasWildcard(pattern)) return [pattern];
  const segments = pattern
    .replaceAll(/\[[^\]]*\]/gu, "?")
    .split("/")
    .filter(Boolean);
  let found = ["/"];
  for (const segment of segments) {
    found = found.flatMap((folder) => {
      if (!hasWildcard(segment)) return [folder === "/" ? `/${segment}` : `${folder}/${segment}`];
      return files.children(folder).filter((path) => isVisible(path, segment) && matches(baseName(path), segment));
    });
  }
  return found;
}

/** True when a shell would expand it. */
export function hasWildcard(text: string): boolean {
  return /[*?[]/u.test(text);
}

/** A leading dot is matched by a written dot only. */
function isVisible(path: string, segment: string): boolean {
  return segment.startsWith(".") || !baseName(path).startsWith(".");
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Wildcard match that goes back to the last `*` only: time is the product of the lengths at worst. */
function matches(name: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    const sign = pattern[inPattern];
    if (sign === "*") {
      star = inPattern++;
      resume = at;
    } else if (sign === "?" || (sign !== undefined && sign === name[at])) {
      inPattern++;
      at++;
    } else if (star !== -1) {
      inPattern = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}
