import { redact } from "#facts/secrets/redact.js";
import { createRedactor, type Redactor } from "#facts/secrets/redactor.js";
import { planFixes, type FileChange, type FixPlan } from "#fix/plan-fixes.js";
import { unifiedDiff } from "#fix/unified-diff.js";
import { writeChanges } from "#fix/write-changes.js";
import type { PreflightResult } from "#model/result.js";
import { countOf, printable } from "#reporters/printable.js";
import type { PreflightIo } from "./io.js";
import { paintFor } from "./style.js";

/** How `--fix` behaves. */
export interface FixFlags {
  readonly yes?: boolean;
  readonly color?: boolean;
}

/**
 * Shows what would change, asks, and writes. Without a person to ask and without `--yes` it only shows.
 * @returns whether anything was written: the project is then to be judged again.
 */
export async function fixProject(
  root: string,
  result: PreflightResult,
  flags: FixFlags,
  io: PreflightIo,
  showsDiff: boolean,
): Promise<boolean> {
  const plan = planFixes(result.verdict.findings, (path) => result.project.files.get(path)?.text);
  if (plan.changes.length === 0) {
    io.stderr.write("Nothing here can be mended automatically.\n");
    return false;
  }
  if (showsDiff) io.stdout.write(diffText(plan, createRedactor(result.project.files), io, flags.color));
  if (flags.yes !== true && !(await isAgreed(plan, io))) return false;
  await writeChanges(root, plan.changes);
  io.stderr.write(
    `${countOf(plan.applied, "fix").replace(/fixs$/, "fixes")} written to ${countOf(plan.changes.length, "file")}${later(plan)}.\n`,
  );
  return true;
}

async function isAgreed(plan: FixPlan, io: PreflightIo): Promise<boolean> {
  const files = countOf(plan.changes.length, "file");
  if (!io.isInputTerminal || !io.stderr.isTerminal) {
    io.stderr.write(`Nothing was written. Run again with --fix --yes to change ${files}${later(plan)}.\n`);
    return false;
  }
  const answer = await io.ask(`Change ${files}${later(plan)}? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  io.stderr.write("Nothing was written.\n");
  return false;
}

function later({ postponed }: FixPlan): string {
  return postponed === 0 ? "" : ` (${postponed} more touch the same lines: run it again)`;
}

/** Lines are shown as they are but for credentials; what is written is exact. */
function diffText(plan: FixPlan, hide: Redactor, io: PreflightIo, color: boolean | undefined): string {
  const paint = paintFor(io, color);
  const painted = (line: string): string => {
    const text = printable(hide(line));
    if (/^(---|\+\+\+) /.test(line)) return paint.bold(text);
    if (line.startsWith("@@")) return paint.dim(text);
    return line.startsWith("+") ? paint.green(text) : line.startsWith("-") ? paint.red(text) : text;
  };
  const files = plan.changes.map((change) => {
    const titles = change.titles.map((title) => paint.dim(`# ${printable(title)}`));
    return [...titles, ...unifiedDiff(withoutSecrets(change)).map(painted)].join("\n");
  });
  return `${files.join("\n\n")}\n\n`;
}

function withoutSecrets(change: FileChange): FileChange {
  const shown = (lines: readonly string[]) => (lines.length === 0 ? lines : redact(lines.join("\n")).split("\n"));
  return {
    ...change,
    before: change.before === undefined ? undefined : redact(change.before),
    after: redact(change.after),
    edits: change.edits.map((edit) => ({ ...edit, lines: shown(edit.lines) })),
  };
}
