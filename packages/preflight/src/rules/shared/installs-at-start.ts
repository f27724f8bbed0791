import type { ImageFacts } from "#facts/image/image-facts.js";
import { processCallsOf } from "./process-call.js";

/** Whether the worker installs packages itself when it starts: what its build leaves out then proves nothing. */
export function installsAtStart({ entry, python }: ImageFacts): boolean {
  const reached = python.modules.filter((module) => module.isReachable);
  return (
    entry.commands.some(({ words }) => isInstall(words.map(({ text }) => text))) ||
    reached.some(({ module }) => processCallsOf(module).some(({ words }) => isInstall(words.map(({ text }) => text))))
  );
}

function isInstall(words: readonly string[]): boolean {
  const tool = words.findIndex((word) => /(^|\/)(pip[\d.]*|uv|conda|mamba|poetry|apt|apt-get)$/.test(word));
  return tool !== -1 && words.slice(tool + 1).some((word) => word === "install" || word === "sync");
}
