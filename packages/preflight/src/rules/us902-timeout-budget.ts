import type { ImageFacts } from "#facts/image/image-facts.js";
import { isObject, objectOf } from "#facts/project/data-value.js";
import type { EndpointFacts } from "#facts/project/project-facts.js";
import type { Evidence } from "#model/finding.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";
import { hostedLimits } from "#knowledge/index.js";
import { handlersOf } from "./shared/handler.js";
import { type LimitedWait, longestWait } from "./shared/longest-wait.js";

/** Programs of a job that may together run longer than the endpoint lets a job run. */
export const timeoutBudget: ImageRule = {
  scope: "image",
  meta: {
    id: "US902",
    name: "timeout-budget",
    level: "error",
    phase: "deploy",
    summary: "The time limits inside a job add up to more than the endpoint gives a job.",
    seeds: ["S71", "S106"],
    fix: "by-hand",
  },
  *check(image) {
    const limit = limitOf(image);
    for (const handler of handlersOf(image)) {
      const { seconds, waits } = longestWait(image, handler);
      if (waits.length === 0 || seconds < limit.seconds) continue;
      const sum = inWords(waits);
      const total = sum === `${seconds}` ? `${seconds} s` : `${sum} = ${seconds} s`;
      const isOver = seconds > limit.seconds;
      yield {
        message: isOver
          ? `A job may wait ${total} for its programs, and a job is ended after ${limit.seconds} s: what it made until then is lost.`
          : `A job may wait ${total} for its programs, which is all of the ${limit.seconds} s that a job gets: nothing is left for downloads and uploads.`,
        remedy: `Set the endpoint's execution timeout above ${seconds} s, or shorten the limits inside.`,
        at: waits[0]?.location ?? limit.at ?? { path: handler.module.module.source.path, line: handler.function.line },
        level: isOver && limit.at !== undefined ? "error" : "warning",
        confidence: "likely",
        evidence: [...waits.map(evidenceOf), limit.evidence],
      };
    }
  },
  lookedAt: (image) => {
    const waits = handlersOf(image).flatMap((handler) => longestWait(image, handler).waits);
    return waits.length === 0 ? "" : `${waits.length} time limits`;
  },
};

interface Limit {
  readonly seconds: number;
  /** Undefined: the platform's default holds. */
  readonly at: Location | undefined;
  readonly evidence: Evidence;
}

/** The endpoint's own limit, else the one that the project's settings promise, else the platform's. */
function limitOf({ project }: ImageFacts): Limit {
  const set = project.endpoint.executionTimeoutSeconds ?? promisedLimit(project);
  if (set !== undefined) {
    const { value: seconds, location: at } = set;
    return { seconds, at, evidence: { statement: `A job's limit is ${seconds} s here.`, location: at } };
  }
  const seconds = hostedLimits.defaultExecutionTimeoutMs / 1000;
  const statement = `No file sets the endpoint's execution timeout: RunPod's default is ${seconds} s.`;
  return { seconds, at: undefined, evidence: { statement } };
}

const limitKeys = ["timeout_seconds", "job_timeout_seconds", "execution_timeout_seconds", "max_processing_seconds"];

/** `error_handling: {timeout_seconds: 900}` in a settings file, at the top or one level below. */
function promisedLimit({ dataFiles }: ImageFacts["project"]): EndpointFacts["executionTimeoutSeconds"] {
  for (const { path, value, lineOf } of dataFiles.values()) {
    if (!/(?:^|\/)config[\w.-]*\.(?:ya?ml|json|toml)$/i.test(path)) continue;
    const sections = Object.entries(isObject(value) ? value : {}).filter(([, section]) => isObject(section));
    for (const keys of [[], ...sections.map(([name]) => [name])]) {
      const [name] = keys;
      const section = objectOf(name === undefined ? value : objectOf(value)[name]);
      const key = limitKeys.find((each) => typeof section[each] === "number");
      if (key !== undefined) return { value: Number(section[key]), location: { path, line: lineOf([...keys, key]) } };
    }
  }
  return undefined;
}

function inWords(waits: readonly LimitedWait[]): string {
  return waits.map(({ seconds, times }) => (times === 1 ? `${seconds}` : `${times} x ${seconds}`)).join(" + ");
}

function evidenceOf({ what, seconds, times, location }: LimitedWait): Evidence {
  return { statement: `${what} may take ${seconds} s${times === 1 ? "" : `, ${times} times`}.`, location };
}
