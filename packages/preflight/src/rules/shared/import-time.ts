import type { ImageFacts } from "#facts/image/image-facts.js";
import { runsFunction } from "./called-functions.js";
import { jobFunctionsOf } from "./job-functions.js";
import type { ReachedImport } from "./reached-imports.js";

/**
 * When an import of reached code runs: as the worker starts, with every job, or undefined when it stands in a function
 * that may never run.
 */
export function importTime({ module, import: each }: ReachedImport, image: ImageFacts): "start" | "job" | undefined {
  const { functionName, line } = each;
  if (runsFunction(module.module, functionName)) return "start";
  const isInJob = jobFunctionsOf(image).some(
    ({ module: owner, function: job, isConditional }) =>
      owner === module &&
      !isConditional &&
      job.name === functionName &&
      job.body.line <= line &&
      line <= job.body.endLine,
  );
  return isInJob ? "job" : undefined;
}
