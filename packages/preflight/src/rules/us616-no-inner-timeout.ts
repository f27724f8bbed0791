import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { PythonCall } from "#facts/python/module.js";
import type { ImageRule } from "./rule.js";
import { runsInJob } from "./shared/job-functions.js";
import { processCallsOf } from "./shared/process-call.js";

/** Programs and requests of a job that may wait for ever: only the endpoint's own limit ends the job. */
export const noInnerTimeout: ImageRule = {
  scope: "image",
  meta: {
    id: "US616",
    name: "no-inner-timeout",
    level: "warning",
    phase: "job",
    summary: "A job waits for a program or a request without a time limit.",
    seeds: ["S106"],
    fix: "by-hand",
  },
  *check(image) {
    for (const module of image.python.modules) {
      const [first, ...others] = waits(image, module).filter(({ isLimited }) => !isLimited);
      if (first === undefined) continue;
      const { path } = module.module.source;
      const count = others.length === 0 ? "" : ` (and ${others.length} more here)`;
      yield {
        message: `${first.what} waits without a time limit${count}: when it hangs, the card is paid for until the endpoint ends the job.`,
        remedy: "Pass timeout=, and handle what it raises.",
        at: { path, line: first.line },
        evidence: others.slice(0, 9).map(({ what, line }) => ({ statement: `${what} too.`, location: { path, line } })),
      };
    }
  },
  lookedAt: (image) => {
    const count = image.python.modules.flatMap((module) => waits(image, module)).length;
    return count === 0 ? "" : `${count} programs and requests of jobs`;
  },
};

interface Wait {
  readonly what: string;
  readonly line: number;
  readonly isLimited: boolean;
}

function waits(image: ImageFacts, module: ImageModule): readonly Wait[] {
  if (!module.isReachable) return [];
  const programs = processCallsOf(module.module)
    .filter(({ call }) => waitingStarts.test(call.callee))
    .map(({ call, words }) => ({ call, what: words[0]?.isKnown === true ? baseName(words[0].text) : call.callee }));
  const requests = module.module.calls
    .filter(({ callee }) => waitingRequests.test(callee))
    .map((call) => ({ call, what: call.callee }));
  return [...programs, ...requests]
    .filter(({ call }) => runsInJob(image, module, call.node))
    .map(({ call, what }) => ({ what, line: call.line, isLimited: isLimited(call) }))
    .toSorted((a, b) => a.line - b.line);
}

/** `Popen` does not wait; what waits for it is not followed. */
const waitingStarts = /^subprocess\.(?:run|call|check_call|check_output)$/;

/** Clients without a limit of their own; httpx, aiohttp and boto3 have one. */
const waitingRequests = /^(?:requests\.(?:get|post|put|patch|delete|head|options|request)|urllib\.request\.urlopen)$/;

/** `**options` may hold it; `urlopen(url, data, timeout)` takes it by position. */
function isLimited({ callee, arguments: given }: PythonCall): boolean {
  const limit = given.find(({ name }) => name === "timeout");
  if (limit !== undefined) return limit.value.kind !== "none";
  const positional = given.filter(({ name }) => name === undefined);
  return given.some(({ name }) => name === "**") || (callee.endsWith(".urlopen") && positional.length >= 3);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
