import type { ImageFacts } from "#facts/image/image-facts.js";
import { bucketVariables } from "#knowledge/index.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";

/** Some, but not all, of the three variables that RunPod's SDK uploads results with. */
export const bucketEnvPartial: ImageRule = {
  scope: "image",
  meta: {
    id: "US709",
    name: "bucket-env-partial",
    level: "warning",
    phase: "job",
    summary: "The bucket for results is set in part: the endpoint, its key and its secret belong together.",
    seeds: ["S68"],
    fix: "by-hand",
  },
  *check(image) {
    const user = uploader(image);
    const set = names.flatMap((name) => placeOf(name, image) ?? []);
    const [at] = set;
    const missing = names.filter((name) => placeOf(name, image) === undefined);
    if (user === undefined || at === undefined || missing.length === 0) return;
    yield {
      message: `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} set nowhere beside the other bucket variables: runpod's upload then fails, or leaves the result on the worker's own disk.`,
      remedy: `Set ${missing.join(" and ")} for the endpoint as well, or name what the console sets under endpointEnvironment in preflight.config.yaml.`,
      at,
      // Files rightly keep the two secrets out: where only the image names the address, the console may have the rest.
      level:
        image.project.endpoint.environment.has(accessKeyId) || image.project.endpoint.environment.has(secretAccessKey)
          ? "warning"
          : "note",
      confidence: "likely",
      evidence: [{ statement: "This uploads results to the bucket.", location: user }],
    };
  },
  lookedAt(image) {
    return uploader(image)?.path ?? "";
  },
};

const { endpointUrl, accessKeyId, secretAccessKey } = bucketVariables;

/** What rp_upload of the SDK reads. */
const names = [endpointUrl, accessKeyId, secretAccessKey];

function placeOf(name: string, { project, environmentLine }: ImageFacts): Location | undefined {
  return project.endpoint.environment.get(name) ?? environmentLine(name);
}

/** The line that uploads, or looks whether it can. */
function uploader({ python }: ImageFacts): Location | undefined {
  for (const { isReachable, module } of python.modules) {
    if (!isReachable) continue;
    const call = module.calls.find(({ callee }) =>
      /rp_upload\.|(?:^|\.)upload_(?:image|file_to_bucket|in_memory_object)$/.test(callee),
    );
    const read = module.environmentReads.find(({ name }) => names.some((each) => each === name));
    const line = call?.line ?? read?.line;
    if (line !== undefined) return { path: module.source.path, line };
  }
  return undefined;
}
