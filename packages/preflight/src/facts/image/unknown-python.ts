import { posix } from "node:path";
import { type Scene, mayBeMade, unknown } from "./run-scene.js";

/** Text literals that look like paths, and the caches that model libraries fill. */
export function markPythonPaths(scene: Scene, text: string): void {
  for (const [, literal = ""] of text.matchAll(/["']([\w.~/-]{2,200})["']/gu)) {
    const isPath = literal.startsWith("/") || literal.startsWith("~/") || /^\.{0,2}\/?[\w-]+(?:\/|$)/u.test(literal);
    if (isPath) mayBeMade(scene, { text: literal, isKnown: true, raw: literal, line: scene.command.location.line });
  }
  markCaches(scene);
}

const cacheVariables =
  "HF_HOME HF_HUB_CACHE HUGGINGFACE_HUB_CACHE TRANSFORMERS_CACHE DIFFUSERS_CACHE TORCH_HOME XDG_CACHE_HOME MODELSCOPE_CACHE NLTK_DATA".split(
    " ",
  );

/** Makes the caches unknown that model libraries fill when they load something. */
export function markCaches(scene: Scene): void {
  for (const name of cacheVariables) {
    const folder = scene.command.environment.get(name);
    if (folder?.startsWith("/") === true) unknown(scene, posix.resolve(folder), `the cache ${name}`);
  }
}
