import type { ImageFacts } from "#facts/image/image-facts.js";

/** Whether something in the files gives the running worker a variable: the image, the endpoint, a start script, the code. */
export function isProvided(name: string, image: ImageFacts): boolean {
  return (
    image.runtimeEnvironment.has(name) ||
    image.project.endpoint.environment.has(name) ||
    platformName.test(name) ||
    image.entry.commands.some(
      ({ environment, assignments }) => environment.has(name) || assignments.some((each) => each.name === name),
    ) ||
    image.python.modules.some(({ isReachable, module }) => isReachable && isSetBy(module.source.text, name))
  );
}

/** Set by the container runtime, the platform, or the launcher of torch. */
const platformName =
  /^(?:RUNPOD_\w+|NVIDIA_\w+|CUDA_\w+|HOME|PATH|USER|HOSTNAME|PWD|LANG|SHELL|TERM|TZ|RANK|WORLD_SIZE|LOCAL_RANK|LOCAL_WORLD_SIZE|MASTER_ADDR|MASTER_PORT)$/;

/** `os.environ["X"] = …`, `os.environ.setdefault("X", …)`. */
function isSetBy(text: string, name: string): boolean {
  if (!text.includes(name)) return false;
  return new RegExp(
    `environ(?:\\[["']${escaped(name)}["']\\]\\s{0,8}=(?!=)|\\.setdefault\\(\\s{0,8}["']${escaped(name)}["'])`,
  ).test(text);
}

function escaped(name: string): string {
  return name.replace(/[^\w]/g, "\\$&");
}
