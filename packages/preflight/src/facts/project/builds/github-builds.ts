import { type DataObject, listOf, objectOf, textOf } from "#facts/project/data-value.js";
import type { BuildCommand, DataFile } from "#facts/project/project-facts.js";
import { projectPath } from "#facts/project/project-shell.js";
import { placeOf } from "./build-place.js";
import { type ExpressionScope, expressionScript, expressionWord, matrixRuns } from "./expressions.js";
import { type BuildSources, mayBuild, shellBuilds } from "./shell-builds.js";
import { dataText } from "./data-text.js";

/** The builds of a GitHub workflow, or of a composite action: build-push-action steps and `run` scripts. */
export function githubBuilds(sources: BuildSources, file: DataFile): readonly BuildCommand[] {
  const workflow = objectOf(file.value);
  const composite: Steps = { keys: ["runs", "steps"], steps: objectOf(workflow["runs"])["steps"], scopes: [noScope] };
  const jobs = Object.entries(objectOf(workflow["jobs"])).map(([name, value]): Steps => {
    const job = objectOf(value);
    const env = { ...objectOf(workflow["env"]), ...objectOf(job["env"]) };
    return {
      keys: ["jobs", name, "steps"],
      steps: job["steps"],
      scopes: matrixRuns(objectOf(job["strategy"])["matrix"]).map((matrix) => ({ env, matrix })),
      folder: defaultFolder(job) ?? defaultFolder(workflow),
    };
  });
  return [composite, ...jobs].flatMap((steps) => stepsBuilds(sources, file, steps));
}

/** The steps of one job, or of a composite action. */
interface Steps {
  readonly keys: readonly string[];
  readonly steps: unknown;
  /** One for each run of the job. */
  readonly scopes: readonly ExpressionScope[];
  /** `defaults.run.working-directory`. */
  readonly folder?: unknown;
}

const noScope: ExpressionScope = { env: {}, matrix: {} };

/** docker/build-push-action and its forks by depot, Blacksmith, WarpBuild: the same settings. */
const buildAction = /\/build-push-action(?:@|$)/;

function stepsBuilds(sources: BuildSources, file: DataFile, job: Steps): readonly BuildCommand[] {
  return listOf(job.steps).flatMap((value, i) => {
    const step = objectOf(value);
    const run = textOf(step["run"]);
    const isAction = buildAction.test(textOf(step["uses"]) ?? "");
    if (!isAction && (run === undefined || !mayBuild.test(run))) return [];
    const keys = [...job.keys, i];
    const script = dataText(file, sources.files.get(file.path), [...keys, "run"], run ?? "");
    return scopesOf(step, job).flatMap((scope) => {
      if (isAction) return [actionBuild(file, keys, step, scope)];
      const folder = workingFolder(step["working-directory"] ?? job.folder, scope);
      return folder === undefined ? [] : shellBuilds(sources, expressionScript(script, scope), "ci", folder);
    });
  });
}

/** A step that does not mention the matrix is the same in every run. */
function scopesOf(step: DataObject, { scopes, folder }: Steps): readonly ExpressionScope[] {
  const isSame = !JSON.stringify([step, folder]).includes("matrix");
  return (isSame ? scopes.slice(0, 1) : scopes).map((scope) => ({
    ...scope,
    env: { ...scope.env, ...objectOf(step["env"]) },
  }));
}

function actionBuild(
  file: DataFile,
  keys: readonly (string | number)[],
  step: DataObject,
  scope: ExpressionScope,
): BuildCommand {
  const settings = objectOf(step["with"]);
  const { folder, context } = actionContext(expressionWord(settings["context"], scope));
  const dockerfile = expressionWord(settings["file"], scope);
  const target = expressionWord(settings["target"], scope);
  return {
    location: { path: file.path, line: file.lineOf([...keys, "uses"]) },
    source: "ci",
    ...placeOf(folder, { file: dockerfile, context }),
    tags: entries(settings["tags"], scope, /[\n,]/),
    buildArguments: new Map(entries(settings["build-args"], scope, /\n/).map(pair)),
    targetStage: target?.isKnown === true ? target.text : undefined,
    written: `${textOf(step["uses"])} context=${context.text} file=${dockerfile?.text ?? "Dockerfile"}`,
  };
}

/** Without a context the action takes the repository itself, as `{{defaultContext}}:folder` takes a folder of it. */
function actionContext(word = { text: ".", isKnown: true }) {
  const [, folder] = /^\{\{\s*defaultContext\s*\}\}(?::(.*))?$/.exec(word.text) ?? [];
  if (/^\{\{\s*defaultContext/.test(word.text)) return { folder: folder ?? "", context: { text: ".", isKnown: true } };
  return { folder: "", context: word };
}

function entries(value: unknown, scope: ExpressionScope, separator: RegExp): readonly string[] {
  const text = expressionWord(value, scope)?.text ?? listOf(value).map(String).join("\n");
  return text
    .split(separator)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function pair(entry: string): readonly [string, string] {
  const [name = "", ...value] = entry.split("=");
  return [name, value.length === 0 ? `$${name}` : value.join("=").replace(/^(["'])(.*)\1$/, "$2")];
}

function defaultFolder(owner: DataObject): unknown {
  return objectOf(objectOf(owner["defaults"])["run"])["working-directory"];
}

/** Undefined: nobody can know. */
function workingFolder(value: unknown, scope: ExpressionScope): string | undefined {
  const word = expressionWord(value, scope);
  if (word === undefined) return "";
  return word.isKnown ? projectPath("", word.text) : undefined;
}
