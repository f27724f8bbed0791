import type { ImageFacts } from "#facts/image/image-facts.js";
import type { JobPayload, ProjectFacts } from "#facts/project/project-facts.js";
import { folderOf } from "#facts/project/project-path.js";

/**
 * Whether another worker of the project names more fields of a job body than the handlers of this image know, or as many
 * while the body does not lie beside this one.
 */
export function isMeantForAnother(payload: JobPayload, knownCount: number, { project, python }: ImageFacts): boolean {
  const reached = python.modules.filter(({ isReachable }) => isReachable);
  const own = new Set(reached.map(({ projectPath }) => projectPath));
  const folder = folderOf(payload.location.path);
  const isBeside = [...own].some((path) => path !== undefined && folderOf(path) === folder);
  return [...workersOf(project)].some(([path, words]) => {
    const count = payload.fields.filter((field) => words.has(field)).length;
    return !own.has(path) && (isBeside ? count > knownCount : count >= knownCount);
  });
}

/** Each file that starts a worker, with the quoted words of its folder's Python files: schemas lie beside handlers. */
function workersOf(project: ProjectFacts): ReadonlyMap<string, ReadonlySet<string>> {
  const known = workersByProject.get(project);
  if (known !== undefined) return known;
  const python = [...project.files.values()].filter(({ path }) => path.endsWith(".py"));
  const starters = python.filter(({ text }) => text?.includes("serverless.start("));
  const byFolder = new Map(starters.map(({ path }) => [folderOf(path), new Set<string>()]));
  for (const { path, text = "" } of python) {
    const words = byFolder.get(folderOf(path));
    for (const [, word = ""] of words === undefined ? [] : text.matchAll(/["'](\w{1,64})["']/g)) words?.add(word);
  }
  const workers = new Map(starters.map(({ path }) => [path, byFolder.get(folderOf(path)) ?? new Set<string>()]));
  workersByProject.set(project, workers);
  return workers;
}

const workersByProject = new WeakMap<ProjectFacts, ReadonlyMap<string, ReadonlySet<string>>>();
