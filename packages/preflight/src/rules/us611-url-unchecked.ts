import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { PythonCall } from "#facts/python/module.js";
import type { ImageRule } from "./rule.js";
import { handlersOf } from "./shared/handler.js";
import { runsInJob } from "./shared/job-functions.js";

/** An address out of a job, fetched as it comes. */
export const urlUnchecked: ImageRule = {
  scope: "image",
  meta: {
    id: "US611",
    name: "url-unchecked",
    level: "warning",
    phase: "security",
    summary: "The worker fetches any address that a job names, of any size.",
    seeds: ["S72"],
    fix: "by-hand",
  },
  *check(image) {
    const [first, ...others] = fetchesOf(image);
    if (first === undefined) return;
    yield {
      message: `${first.call.callee} fetches whatever address the job names: nothing checks its host or the size of what comes.`,
      remedy:
        "Allow only https and the hosts that you expect, refuse private addresses, and stop after a number of bytes.",
      at: { path: first.module.module.source.path, line: first.call.line },
      confidence: "likely",
      evidence: others.slice(0, 9).map(({ module, call }) => ({
        statement: `${call.callee} too.`,
        location: { path: module.module.source.path, line: call.line },
      })),
    };
  },
  lookedAt: (image) => {
    const reachable = image.python.modules.filter(({ isReachable }) => isReachable);
    const count = reachable.flatMap(({ module }) => module.calls.filter(isFetch)).length;
    return count === 0 ? "" : `${count} requests`;
  },
};

interface Fetch {
  readonly module: ImageModule;
  readonly call: PythonCall;
}

function fetchesOf(image: ImageFacts): readonly Fetch[] {
  return image.python.modules
    .filter(({ isReachable, module }) => isReachable && !checks.test(module.source.text))
    .flatMap((module) => module.module.calls.map((call) => ({ module, call })))
    .filter(({ module, call }) => isFetch(call) && isOpenAddress(call) && runsInJob(image, module, call.node))
    .filter(({ call }) => isGivenByJob(image, call));
}

/** Signs that somebody thought of it: in doubt, nothing is said. */
const checks =
  /\b(?:urlparse|urlsplit|ipaddress|getaddrinfo|is_private|content-length|allow(?:ed)?_?(?:hosts?|domains?|urls?)|whitelist|allowlist|max_?(?:download|file|content)?_?(?:bytes|size|mb|gb|length))/i;

function isFetch({ callee }: PythonCall): boolean {
  return /^(?:requests\.get|httpx\.(?:get|stream)|urllib\.request\.url(?:open|retrieve)|wget\.download)$/.test(callee);
}

/** The address is a bare name or an entry: no part of it is written in the code. */
function isOpenAddress({ arguments: given }: PythonCall): boolean {
  const address = given.find(({ name }) => name === "url") ?? given.find(({ name }) => name === undefined);
  return (
    address !== undefined &&
    address.value.kind === "other" &&
    /^\w+(?:\[.*\]|\.get\(.*\))?$/.test(address.value.written)
  );
}

/** A function that every caller gives a written address fetches nothing of a job's. */
function isGivenByJob(image: ImageFacts, { functionName }: PythonCall): boolean {
  if (handlersOf(image).some((handler) => handler.function.name === functionName)) return true;
  return image.python.modules
    .filter(({ isReachable }) => isReachable)
    .some((module) =>
      module.module.calls.some(
        ({ callee, node, arguments: given }) =>
          callee.split(".").at(-1) === functionName &&
          given.some(
            ({ value, name }) => value.kind === "other" && (name === undefined || /url|uri|link/i.test(name)),
          ) &&
          runsInJob(image, module, node),
      ),
    );
}
