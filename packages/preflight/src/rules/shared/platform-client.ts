import type { ImageFacts } from "#facts/image/image-facts.js";
import { hostedBaseUrl } from "#knowledge/index.js";

/**
 * Whether the image asks the platform for work instead of doing it: a web server or a bot that sends jobs has the SDK
 * installed too. Only when nothing declares what the image runs on.
 */
export function isPlatformClient({ project, python }: ImageFacts): boolean {
  if (project.config.target !== undefined || project.endpoint.isServerless !== undefined) return false;
  return python.modules.some(
    ({ isReachable, module }) =>
      isReachable &&
      (module.source.text.includes(jobApi) ||
        module.calls.some(({ callee }) => /^runpod\.(?:\w*Endpoint|create_\w+|get_\w+|run\w*)$/.test(callee))),
  );
}

/** Whatever the version of the job API. */
const jobApi = `${new URL(hostedBaseUrl).host}/`;
