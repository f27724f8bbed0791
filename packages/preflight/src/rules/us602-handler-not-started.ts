import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";
import { isWorkerStart, workerStarts } from "./shared/handler.js";
import { httpServersOf } from "./shared/http-server.js";
import { isPlatformClient } from "./shared/platform-client.js";

/** A container for a queue endpoint that starts something else than the worker. */
export const handlerNotStarted: ImageRule = {
  scope: "image",
  meta: {
    id: "US602",
    name: "handler-not-started",
    level: "error",
    phase: "start",
    summary: "The container starts, and nothing in it calls runpod.serverless.start.",
    seeds: ["S97", "S117"],
    fix: "by-hand",
  },
  *check(image) {
    if (image.target !== "serverless" || image.purpose !== "worker" || !image.entry.isComplete) return;
    if (workerStarts(image).length > 0 || httpServersOf(image).length > 0) return;
    if (isPlatformClient(image) || mayStartElsewhere(image)) return;
    const starter = image.python.modules.find(({ module }) => module.calls.some(isWorkerStart));
    const started = startedFiles(image);
    yield {
      message: `No job is ever taken: the container starts ${started}, which never calls runpod.serverless.start.`,
      remedy:
        starter === undefined
          ? 'Start a file that calls runpod.serverless.start({"handler": handler}).'
          : `Start ${starter.imagePath}, which does.`,
      at: startLine(image),
      confidence: starter === undefined ? "likely" : "certain",
      evidence:
        starter === undefined
          ? []
          : [{ statement: `${starter.imagePath} starts the worker.`, location: placeOf(starter) }],
    };
  },
  lookedAt: startedFiles,
};

/**
 * Silence is due when a file that starts is not read, holds an error, or imports something that lies in a clone, the
 * base image or an unknown place: the start may be there. Other languages have their own SDK.
 */
function mayStartElsewhere({ entry, python }: ImageFacts): boolean {
  const reachable = python.modules.filter(({ isReachable }) => isReachable);
  if (entry.pythonModules.length > 0 && entry.pythonModules.every(({ name }) => isSdk.test(name))) return false;
  const isRead = entry.pythonFiles.every(({ path }) => reachable.some(({ imagePath }) => imagePath === path));
  if (entry.pythonFiles.length === 0 || !isRead || entry.pythonModules.length > 0 || entry.embedded.length > 0)
    return true;
  if (entry.commands.some(({ name }) => !/^(?:python[\d.]*|echo|cd|export|set|mkdir|source|\.)$/.test(name)))
    return true;
  return reachable.some(
    ({ module, imagePath }) =>
      module.syntaxErrors.length > 0 ||
      module.calls.some(({ callee }) =>
        /^(?:runpy|subprocess|os\.(?:system|exec\w*|spawn\w*)|exec|eval|importlib)\b/.test(callee),
      ) ||
      module.imports.some(({ module: name }) =>
        /^(?:unknown|clone|base-image|folder)$/.test(python.resolveImport(name, imagePath).kind),
      ),
  );
}

/** The SDK has no module that is a program: `python -m runpod.serverless.worker` only imports, and ends. */
const isSdk = /^runpod\.serverless\b/;

function startedFiles({ entry }: ImageFacts): string {
  const modules = entry.pythonModules.map(({ name }) => name).filter((name) => isSdk.test(name));
  return [...entry.pythonFiles.map(({ path }) => path), ...modules].join(" and ");
}

function startLine({ entry, dockerfile, finalStage }: ImageFacts): Location {
  const step = entry.cmd ?? entry.entrypoint;
  return { path: dockerfile.path, line: step?.instruction.line ?? finalStage.from.line };
}

function placeOf({ module }: ImageModule): Location {
  return { path: module.source.path, line: module.calls.find(isWorkerStart)?.line ?? 1 };
}
