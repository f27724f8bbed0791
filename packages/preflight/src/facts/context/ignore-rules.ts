import { posix } from "node:path";
import type { PathPattern } from "./path-pattern.js";
import { ignorePattern } from "./path-pattern.js";

/** Tells which line of an ignore file hides a path, from 1; undefined: none does. */
export type IgnoreRules = (path: string) => number | undefined;

/** Lines that are read: an honest file has dozens, a hostile one of 1 MiB would have half a million. */
export const maxIgnoreLines = 2000;

interface Rule {
  readonly line: number;
  /** `!pattern`: lets the path in again. */
  readonly isException: boolean;
  readonly matches: PathPattern;
}

/**
 * Reads a `.dockerignore` after moby/patternmatcher: the last rule that matches a path, or a folder that it lies in, wins.
 * A rule that Go's matcher refuses is left out.
 */
export function readIgnoreRules(text: string): IgnoreRules {
  const lines = text.replace(/^\uFEFF/u, "").split("\n", maxIgnoreLines);
  const rules = lines.flatMap((line, index) => readRule(line, index + 1));
  const byFolder = new Map<string, readonly boolean[]>();

  return (path) => {
    const above = matchesOf(posix.dirname(path));
    let hiddenBy: number | undefined;
    for (const [index, rule] of rules.entries()) {
      if (rule.isException !== (hiddenBy !== undefined)) continue;
      if (above[index] === true || rule.matches(path)) hiddenBy = rule.isException ? undefined : rule.line;
    }
    return hiddenBy;
  };

  /** For each rule, whether it matches a folder or one above it. */
  function matchesOf(folder: string): readonly boolean[] {
    const names = folder === "." ? [] : folder.split("/");
    let matches: readonly boolean[] = rules.map(() => false);
    let path = "";
    for (const name of names) {
      path = path === "" ? name : `${path}/${name}`;
      const above = matches;
      matches = byFolder.get(path) ?? rules.map((rule, index) => above[index] === true || rule.matches(path));
      byFolder.set(path, matches);
    }
    return matches;
  }
}

/** `#` starts a comment only in the first column; a leading `/` and a trailing one mean nothing. */
function readRule(written: string, line: number): readonly Rule[] {
  if (written.startsWith("#")) return [];
  const trimmed = written.trim();
  const isException = trimmed.startsWith("!");
  const pattern = cleanPath((isException ? trimmed.slice(1) : trimmed).trim());
  const matches = pattern === "" ? undefined : ignorePattern(pattern);
  return matches === undefined ? [] : [{ line, isException, matches }];
}

function cleanPath(path: string): string {
  if (path === "") return "";
  const clean = posix.normalize(path);
  return clean.slice(clean.startsWith("/") ? 1 : 0, clean.length > 1 && clean.endsWith("/") ? -1 : undefined);
}
