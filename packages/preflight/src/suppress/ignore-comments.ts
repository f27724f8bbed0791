import type { RuleId } from "#model/finding.js";

/** One valid `# preflight ignore=…` comment. */
export interface IgnoreComment {
  readonly ruleIds: readonly RuleId[];
  readonly reason: string;
  /** Last day on which it holds, `2026-12-31`; undefined: no end. */
  readonly until: string | undefined;
  readonly line: number;
  /** Lines that it covers, from `startLine` to `endLine`, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
}

/** A comment that was meant to ignore something and does not. */
export interface IgnoreProblem {
  readonly line: number;
  /** One sentence. */
  readonly message: string;
}

/**
 * Reads the ignore comments of a file whose comments begin with `#`.
 * @param endLineOf last line of the instruction that begins at a line; undefined: none begins there.
 */
export function readIgnoreComments(
  lines: readonly string[],
  endLineOf: (line: number) => number | undefined,
): { readonly comments: readonly IgnoreComment[]; readonly problems: readonly IgnoreProblem[] } {
  const comments: IgnoreComment[] = [];
  const problems: IgnoreProblem[] = [];
  const firstCode = lines.findIndex((line) => !isCommentOrBlank(line));
  const topEnd = firstCode === -1 ? lines.length : firstCode;
  for (const [index, text] of lines.entries()) {
    const marker = markerIn(text);
    if (marker === undefined) continue;
    const line = index + 1;
    const read = readMarker(marker.words);
    if (typeof read === "string") problems.push({ line, message: read });
    else if (marker.isForFile && index >= topEnd) {
      problems.push({ line, message: "ignore-file must stand above the first line that is no comment." });
    } else {
      const covered = marker.isForFile
        ? { startLine: 1, endLine: lines.length }
        : coveredLines(lines, index, endLineOf);
      comments.push({ ...read, line, ...covered });
    }
  }
  return { comments, problems };
}

function markerIn(text: string): { readonly words: string; readonly isForFile: boolean } | undefined {
  const match = /#[ \t]*preflight[ \t]+ignore(-file)?=/.exec(text);
  if (match === null) return undefined;
  return { words: text.slice(match.index + match[0].length).trim(), isForFile: match[1] !== undefined };
}

function readMarker(words: string): Pick<IgnoreComment, "ruleIds" | "reason" | "until"> | string {
  const [ids = ""] = words.split(/\s/, 1);
  const ruleIds = ids.split(",").filter(isRuleId);
  if (ruleIds.length !== ids.split(",").length) {
    return "The ignore comment has no effect: rule ids look like US308 and are parted by commas.";
  }
  const rest = words.slice(ids.length).trim();
  const untilAt = /(?:^|\s)until=(\S*)/.exec(rest);
  const until = untilAt?.[1];
  if (until !== undefined && !isDay(until)) {
    return `The ignore comment has no effect: until= takes a day such as 2026-12-31.`;
  }
  const others = untilAt === null ? rest : rest.slice(0, untilAt.index) + rest.slice(untilAt.index + untilAt[0].length);
  const reason = /^\s*reason=(.*)$/.exec(others)?.[1]?.replaceAll('"', "").trim() ?? "";
  if (reason === "") return "The ignore comment has no effect: it gives no reason, as in reason=the mirror is ours.";
  return { ruleIds, reason, until };
}

/** A comment after code covers its own line; one on a line of its own, the instruction or statement below it. */
function coveredLines(
  lines: readonly string[],
  index: number,
  endLineOf: (line: number) => number | undefined,
): { readonly startLine: number; readonly endLine: number } {
  if (!isCommentOrBlank(lines[index] ?? "")) return { startLine: index + 1, endLine: index + 1 };
  let next = index + 1;
  while (next < lines.length && isCommentOrBlank(lines[next] ?? "")) next++;
  const startLine = next + 1;
  return { startLine, endLine: endLineOf(startLine) ?? startLine };
}

function isCommentOrBlank(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

function isRuleId(word: string): word is RuleId {
  return /^US\d{3,4}$/.test(word);
}

function isDay(word: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(word) && new Date(word).toJSON()?.startsWith(word) === true;
}
