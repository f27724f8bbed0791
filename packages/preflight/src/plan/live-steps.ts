import { clientVariables, hostedBaseUrl, jobOperations, testInputFile } from "#knowledge/index.js";
import type { PreflightResult } from "#model/result.js";
import type { PlannedAction } from "./plan-actions.js";

/** Steps between good files and a worker in use. No file can show that they were done, so they are always in the plan. */
export function liveSteps(result: PreflightResult): readonly PlannedAction[] {
  const image = result.images.find(({ isLive }) => isLive) ?? result.images[0];
  const reference = imageReference(result);
  const build =
    image === undefined
      ? undefined
      : `docker build -f ${quoted(image.dockerfile)} -t ${reference} ${quoted(image.context || ".")}`;
  const steps: readonly (readonly [title: string, low: number, high: number, command: string | undefined])[] = [
    ["Build the image from a clean checkout.", 0.5, 1.5, build],
    [
      "Push it and see that the registry has the tag.",
      0.25,
      1,
      `docker push ${reference} && docker manifest inspect ${reference}`,
    ],
    ["Set the endpoint to the new image and wait for a healthy worker.", 0.25, 0.5, healthCommand],
    ["Send one sample job and look at what comes back, sound included.", 0.5, 1, runCommand],
    ["Send a job with a bad URL and one with a broken file; both must fail cleanly.", 0.5, 1, undefined],
    ["Measure the longest job against the endpoint's time limit.", 0.5, 1, undefined],
  ];
  return steps.map(([title, low, high, command]) => ({
    priority: "MUST",
    title,
    ruleId: undefined,
    places: [],
    fixable: 0,
    hours: { low, high },
    command,
  }));
}

const authorization = `-H "Authorization: Bearer $${clientVariables.apiKey}"`;
const endpointUrl = `${hostedBaseUrl}/$ENDPOINT_ID`;

/** Asks RunPod for worker counts. */
export const healthCommand = `curl ${authorization} ${endpointUrl}/${jobOperations.health}`;

/** Sends one job to RunPod and waits for it. */
export const runCommand = `curl ${authorization} -H "Content-Type: application/json" -d @${testInputFile} ${endpointUrl}/${jobOperations.runSync}`;

/**
 * The image that the endpoint's files name, else the tag that the project builds, else a placeholder; quoted for a shell,
 * since a stranger may have written it and a reader copies it.
 */
export function imageReference({ project, images }: PreflightResult): string {
  const live = images.find(({ isLive }) => isLive)?.dockerfile;
  const built = project.buildCommands.find(({ dockerfile, tags }) => dockerfile === live && tags.length > 0);
  return quoted(project.endpoint.imageReferences[0]?.reference ?? built?.tags[0] ?? "REGISTRY/IMAGE:TAG");
}

/** Single quotes where a shell would read more than a name. */
function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
