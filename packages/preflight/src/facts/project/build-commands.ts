import { mappedFile, mappedPieces } from "#model/mapped-text.js";
import { composeBuilds } from "./builds/compose-builds.js";
import { githubBuilds } from "./builds/github-builds.js";
import { makefileBuilds } from "./builds/makefile-builds.js";
import { cloudBuilds, gitlabBuilds } from "./builds/other-ci-builds.js";
import { type BuildSources, shellBuilds } from "./builds/shell-builds.js";
import { dataText } from "./builds/data-text.js";
import { objectOf, textOf } from "./data-value.js";
import { followLinks } from "./follow-links.js";
import type { BuildCommand, DataFile, DocumentFacts, ProjectFile } from "./project-facts.js";
import { baseNameOf, folderOf } from "./project-path.js";
import type { ProjectShell } from "./project-shell.js";
import { isShellFence, isShellScript } from "./shell-files.js";

/** Everything that builds an image of the project, wherever it is written: nothing twice. */
export function readBuildCommands(
  files: ReadonlyMap<string, ProjectFile>,
  dataFiles: ReadonlyMap<string, DataFile>,
  documents: readonly DocumentFacts[],
  shellOf: ProjectShell,
): readonly BuildCommand[] {
  const sources = { files, shellOf };
  const found = [
    ...[...dataFiles.values()].flatMap((file) => dataFileBuilds(sources, file)),
    ...platformBuilds(files),
    ...[...files.values()].flatMap((file) => scriptBuilds(sources, file)),
    ...documents.flatMap((document) => documentBuilds(sources, document)),
  ];
  const behind = (path: string | undefined) => (path === undefined ? undefined : followLinks(files, path));
  const named = found.map((build) => ({
    ...build,
    dockerfile: behind(caseOf(build.dockerfile, files)),
    context: behind(build.context),
  }));
  return [...new Map(named.map((build) => [identity(build), build])).values()];
}

/** Where there is no `Dockerfile`, BuildKit takes `dockerfile` (moby#10858). */
function caseOf(path: string | undefined, files: ReadonlyMap<string, ProjectFile>): string | undefined {
  if (path === undefined || files.has(path) || baseNameOf(path) !== "Dockerfile") return path;
  const lower = path.replace(/Dockerfile$/, "dockerfile");
  return files.has(lower) ? lower : path;
}

function dataFileBuilds(sources: BuildSources, file: DataFile): readonly BuildCommand[] {
  const name = baseNameOf(file.path);
  if (/^\.github\/workflows\/[^/]+\.ya?ml$/.test(file.path)) return githubBuilds(sources, file);
  if (/^\.github\/actions\/.*\/action\.ya?ml$/.test(file.path)) return githubBuilds(sources, file);
  if (/^\.gitlab-ci\.ya?ml$/.test(name)) return gitlabBuilds(sources, file);
  if (/^cloudbuild[\w.-]*\.(?:ya?ml|json)$/.test(name)) return cloudBuilds(file);
  if (/^(?:docker-)?compose[\w.-]*\.ya?ml$/.test(name)) return composeBuilds(file);
  return name === "package.json" ? packageBuilds(sources, file) : [];
}

/** npm runs a script in the folder of its package.json. */
function packageBuilds(sources: BuildSources, file: DataFile): readonly BuildCommand[] {
  return Object.entries(objectOf(objectOf(file.value)["scripts"])).flatMap(([name, script]) => {
    const text = dataText(file, undefined, ["scripts", name], textOf(script) ?? "");
    return shellBuilds(sources, text, "script", folderOf(file.path));
  });
}

/** RunPod builds a Hub repository from `.runpod/Dockerfile`, else from `Dockerfile`, in the repository's root. */
function platformBuilds(files: ReadonlyMap<string, ProjectFile>): readonly BuildCommand[] {
  const path = ".runpod/hub.json";
  const dockerfile = [".runpod/Dockerfile", "Dockerfile"].find((candidate) => files.has(candidate));
  if (!files.has(path) || dockerfile === undefined) return [];
  return [
    {
      location: { path, line: 1 },
      source: "platform",
      dockerfile,
      context: "",
      tags: [],
      buildArguments: new Map(),
      targetStage: undefined,
      written: "RunPod Hub build",
    },
  ];
}

function scriptBuilds(sources: BuildSources, file: ProjectFile): readonly BuildCommand[] {
  if (file.text === undefined) return [];
  if (/^(?:GNU)?[Mm]akefile$|\.mk$/.test(baseNameOf(file.path))) return makefileBuilds(sources, file);
  return isShellScript(file) ? shellBuilds(sources, mappedFile(file.path, file.text), "script") : [];
}

function documentBuilds(sources: BuildSources, document: DocumentFacts): readonly BuildCommand[] {
  return document.fences.filter(isShellFence).flatMap((fence) => {
    const text = mappedPieces(document.path, [{ text: withoutPrompts(fence.text), startLine: fence.line }]);
    return shellBuilds(sources, text, "docs");
  });
}

/** `$ docker build .` as documents show it. */
function withoutPrompts(text: string): string {
  return text.replaceAll(/^(?:\$|>|#(?= (?:docker|podman|cd) )) /gm, "");
}

function identity(build: BuildCommand): string {
  const { path, line } = build.location;
  return JSON.stringify([path, line, build.dockerfile, build.context, build.targetStage, [...build.buildArguments]]);
}
