import type { PythonRequirement } from "#facts/image/image-facts.js";
import type { ImageRule } from "./rule.js";

/** The worker's SDK asked for twice, with different versions: which one runs depends on the order of two lines. */
export const sdkPinsDiffer: ImageRule = {
  scope: "image",
  meta: {
    id: "US620",
    name: "sdk-pins-differ",
    level: "warning",
    phase: "build",
    summary: "Two places of the image ask for different versions of the worker's SDK.",
    seeds: ["S41"],
    fix: "by-hand",
  },
  *check(image) {
    const asked = requestsOf(image.installed.python);
    const last = asked.at(-1);
    const other = asked.find(({ specifier }) => specifier !== last?.specifier);
    if (last === undefined || other === undefined) return;
    yield {
      message: `runpod is asked for as ${shown(other)} and as ${shown(last)}: the order of the two lines decides which version runs.`,
      remedy: "Ask for it once, or with the same specifier in both places.",
      at: last.location,
      evidence: [{ statement: `${shown(other)} is asked for here.`, location: other.location }],
    };
  },
  lookedAt: ({ installed }) => {
    const count = requestsOf(installed.python).length;
    return count === 0 ? "" : `${count} requests for runpod`;
  },
};

function requestsOf(
  installs: readonly { readonly isInFinalImage: boolean; readonly requirements: readonly PythonRequirement[] }[],
): readonly PythonRequirement[] {
  return installs
    .filter(({ isInFinalImage }) => isInFinalImage)
    .flatMap(({ requirements }) => requirements.filter(({ name, url }) => name === "runpod" && url === undefined));
}

function shown({ name, specifier }: PythonRequirement): string {
  return specifier === "" ? `${name} without a version` : `${name}${specifier}`;
}
