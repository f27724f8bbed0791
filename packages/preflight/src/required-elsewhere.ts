import type { ProjectFacts } from "#facts/project/project-facts.js";
import { hostedBaseUrl, jobOperations } from "#knowledge/index.js";
import type { Unjudged } from "#model/finding.js";

/** Checks of the catalogue that no file can answer: they ask a registry, an endpoint, a bucket, a webhook or a table. */
const liveChecks: readonly (Omit<Unjudged, "isRequired" | "ruleId"> & { readonly ruleId: `US${number}` })[] = [
  {
    ruleId: "US801",
    phase: "deploy",
    reason: "Whether the image's tag is in its registry was not looked at.",
    remedy: "Run `docker manifest inspect IMAGE:TAG` with the endpoint's credential.",
  },
  {
    ruleId: "US805",
    phase: "start",
    reason: "Whether the weights in the image's layers are whole was not looked at.",
    remedy: "Compare the download layer's size in `docker manifest inspect` with the model card.",
  },
  {
    ruleId: "US901",
    phase: "deploy",
    reason: "Whether the endpoint runs this image was not looked at.",
    remedy: "Compare the endpoint's image digest in the RunPod console with the one you pushed.",
  },
  {
    ruleId: "US904",
    phase: "deploy",
    reason: "The endpoint's health was not looked at.",
    remedy: `GET ${hostedBaseUrl}/ENDPOINT/${jobOperations.health} with the API key, after one small job.`,
  },
  {
    ruleId: "US905",
    phase: "job",
    reason: "Whether the worker may write to the bucket was not looked at.",
    remedy: "Put and delete one small object with the worker's own key.",
  },
  {
    ruleId: "US906",
    phase: "job",
    reason: "Whether the result's link opens for a stranger was not looked at.",
    remedy: "Open a result's link in a private window.",
  },
  {
    ruleId: "US907",
    phase: "job",
    reason: "Whether the webhook answers was not looked at.",
    remedy: "POST a marked test event to it and expect 2xx within 10 s.",
  },
];

/** With `--profile deploy` these are required, so that files alone never say GO to a deployment. */
export function requiredElsewhere({ config }: ProjectFacts): readonly Unjudged[] {
  return config.profile === "deploy" ? liveChecks.map((check) => ({ ...check, isRequired: true })) : [];
}
