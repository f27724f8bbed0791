import { posix } from "node:path";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { ProjectFacts, ProjectFile } from "#facts/project/project-facts.js";
import type { Fix, Report } from "#model/finding.js";
import type { ProjectRule } from "./rule.js";
import { tellingSecretsOf } from "./shared/file-secrets.js";
import { isScriptOrDocument } from "./shared/secret-reports.js";

/** Files with credentials that git or the image builder would take along. */
export const ignoreFiles: ProjectRule = {
  scope: "project",
  meta: {
    id: "US707",
    name: "ignore-files",
    level: "warning",
    phase: "security",
    summary: "A file with credentials is named in neither .gitignore nor .dockerignore.",
    seeds: ["S53"],
    fix: "auto",
  },
  *check(project) {
    for (const file of secretFiles(project)) {
      if (file.gitState === "tracked" || file.gitState === "untracked") yield* notIgnoredByGit(file, project);
      yield* notIgnoredByBuild(file, project);
    }
  },
  lookedAt(project) {
    return `${project.files.size} files, ${secretFiles(project).length} with credentials`;
  },
};

/** Settings and key files; in code and documents a credential is to be taken out, not hidden. */
function secretFiles(project: ProjectFacts): readonly ProjectFile[] {
  return [...project.files.values()].filter(
    (file) => isSettingsFile(file.path) && tellingSecretsOf(file, project).length > 0,
  );
}

function isSettingsFile(path: string): boolean {
  const isSettings =
    /\.(?:ya?ml|json|toml|ini|cfg|conf|env|pem|key|p12|properties)$|(?:^|\/)(?:\.env[\w.-]*|\.netrc|\.npmrc|\.pypirc|credentials|id_(?:rsa|ed25519|ecdsa))$/i;
  return isSettings.test(path) && !isScriptOrDocument(path) && !isTemplate(path);
}

/** Templates are meant to be committed: US701 asks for their credentials. */
const isTemplate = (path: string): boolean => /(?:example|template|sample|dist)\b/i.test(posix.basename(path));

function* notIgnoredByGit({ path, gitState }: ProjectFile, project: ProjectFacts): Generator<Report> {
  const isListed = textLines(project, ".gitignore").includes(`/${path}`);
  if (isListed) return;
  yield {
    message:
      gitState === "tracked"
        ? `${path} holds credentials and git tracks it: each commit publishes them again.`
        : `${path} holds credentials, and no line of .gitignore keeps it out of the next commit.`,
    remedy:
      gitState === "tracked"
        ? `Name it in .gitignore, run \`git rm --cached ${path}\`, and commit a template without values in its place.`
        : "Name it in .gitignore, and commit a template without values in its place.",
    at: { path, line: 1 },
    fix: added(".gitignore", `/${path}`, project),
  };
}

/** A COPY of the whole folder takes it along; one that names the file is US702's. */
function* notIgnoredByBuild(file: ProjectFile, project: ProjectFacts): Generator<Report> {
  const image = project.images.find((each) => isInContext(file, each) && !isNamed(file, each));
  if (image === undefined) return;
  const { context } = image;
  const ignoreFile = context.ignoreFile ?? posix.join(context.folder, ".dockerignore");
  const inContext = posix.relative(context.folder, file.path);
  yield {
    message: `${file.path} holds credentials, and ${ignoreFile} does not keep it out of the build of ${image.dockerfile.path}.`,
    remedy: `Name it in ${ignoreFile}.`,
    at: { path: file.path, line: 1 },
    confidence: "likely",
    fix: added(ignoreFile, inContext, project),
  };
}

function isInContext({ path }: ProjectFile, { context }: ImageFacts): boolean {
  return [...context.files.values()].some((each) => each.path === path);
}

/** Hidden from the build, a COPY that names it would stop. */
function isNamed({ path }: ProjectFile, { walk }: ImageFacts): boolean {
  return walk.stages.some(({ steps }) =>
    steps.some(
      (step) =>
        step.kind === "copy" &&
        step.sources.some(({ pattern }) => posix.basename(pattern.text) === posix.basename(path)),
    ),
  );
}

function textLines(project: ProjectFacts, path: string): readonly string[] {
  return project.files.get(path)?.text?.split(/\r?\n/) ?? [];
}

function added(ignoreFile: string, line: string, project: ProjectFacts): Fix {
  const title = `Name ${line} in ${ignoreFile}`;
  const lines = textLines(project, ignoreFile);
  if (project.files.get(ignoreFile) === undefined) {
    return { title, edits: [{ kind: "new-file", path: ignoreFile, text: `${line}\n` }] };
  }
  const end = lines.findLastIndex((each) => each !== "") + 1;
  return { title, edits: [{ kind: "lines", path: ignoreFile, startLine: end + 1, endLine: end, lines: [line] }] };
}
