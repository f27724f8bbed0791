import { type DataObject, isObject, listOf, objectOf, textOf } from "#facts/project/data-value.js";
import { projectRoot } from "#facts/project/project-shell.js";
import { rewriteText } from "#facts/project/rewrite-text.js";
import type { MappedText } from "#model/mapped-text.js";
import type { BuildWord } from "./build-words.js";

/** What `${{ env.X }}` and `${{ matrix.X }}` stand for in one run of a job. */
export interface ExpressionScope {
  readonly env: DataObject;
  readonly matrix: DataObject;
}

/** Every combination that a job's `strategy.matrix` makes; one empty one without a matrix. */
export function matrixRuns(matrix: unknown): readonly DataObject[] {
  const { include, exclude: _, ...axes } = objectOf(matrix);
  let runs: readonly DataObject[] = [{}];
  for (const [name, values] of Object.entries(axes)) {
    const list = listOf(values);
    if (list.length === 0 || runs.length * list.length > maxRuns) continue;
    runs = runs.flatMap((run) => list.map((value) => ({ ...run, [name]: value })));
  }
  const extra = listOf(include).filter(isObject).slice(0, maxRuns);
  if (extra.length === 0) return runs;
  if (Object.keys(axes).length === 0) return extra;
  const isAxis = (name: string) => name in axes;
  const extended = runs.map(
    (run) => Object.assign({}, ...extra.filter((one) => fits(one, run, isAxis)), run) as DataObject,
  );
  const added = extra.filter((one) => !runs.some((run) => fits(one, run, isAxis)));
  return [...extended, ...added];
}

/** A setting's value; expressions that nobody can know stay as written, and make it unknown. */
export function expressionWord(value: unknown, scope: ExpressionScope): BuildWord | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const expanded = text.replaceAll(expression, (whole, inner: string) => valueOf(inner, scope) ?? whole);
  return { text: expanded, isKnown: !expanded.includes("${{") };
}

/** A script in which unknown expressions are unset variables: `${{ github.sha }}` becomes `${github_sha}`. */
export function expressionScript(source: MappedText, scope: ExpressionScope): MappedText {
  return rewriteText(source, expression, ([, inner = ""]) => valueOf(inner, scope) ?? `\${${variableName(inner)}}`);
}

/** GitHub stops at 256 jobs a workflow; builds that differ do so in far fewer. */
const maxRuns = 64;

const expression = /\$\{\{([^{}]{0,500})\}\}/g;

/** An include that names no other value of an axis extends the run; one that does is a run of its own. */
function fits(include: DataObject, run: DataObject, isAxis: (name: string) => boolean): boolean {
  return Object.entries(include).every(([name, value]) => !isAxis(name) || run[name] === value);
}

function valueOf(inner: string, scope: ExpressionScope): string | undefined {
  const [context, ...path] = inner.trim().split(".");
  if (context === "github" && path.join(".") === "workspace") return projectRoot;
  if (context !== "env" && context !== "matrix") return undefined;
  let value: unknown = scope[context];
  for (const key of path.slice(0, 8)) value = objectOf(value)[key];
  const text = textOf(value);
  return text?.includes("${{") === true ? undefined : text;
}

function variableName(inner: string): string {
  return inner
    .trim()
    .replaceAll(/\W+/g, "_")
    .slice(0, 60)
    .replace(/^(?=\d|$)/, "_");
}
