import { posix } from "node:path";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Fix } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { flaskApplications, type HttpServer, httpServersOf } from "./shared/http-server.js";

/** Flask's development server as what the container starts. */
export const devServer: ImageRule = {
  scope: "image",
  meta: {
    id: "US607",
    name: "dev-server",
    level: "warning",
    phase: "job",
    summary: "The container serves requests with Flask's development server.",
    seeds: ["S101"],
    fix: "auto",
  },
  *check(image) {
    if (image.purpose !== "worker" && image.purpose !== "service") return;
    const server = httpServersOf(image).find(({ isFlaskRun }) => isFlaskRun);
    if (server === undefined) return;
    const fix = image.target === "serverless" ? undefined : gunicorn(server, image);
    yield {
      message: `${server.name} is Flask's development server: one process without request limits, restarts or timeouts.`,
      remedy: "Start gunicorn with a --timeout that is longer than the longest job.",
      at: server.location,
      confidence: "likely",
      ...(fix === undefined ? {} : { fix }),
    };
  },
};

/** 15 minutes: longer than the platform's own limit of a job when nothing sets one. */
const timeoutSeconds = 900;

/** Only a one-line CMD in JSON form that starts one file with one application can be rewritten without guessing. */
function gunicorn(
  { module, name }: HttpServer,
  { entry, dockerfile, installed, finalStage }: ImageFacts,
): Fix | undefined {
  const { cmd, entrypoint, pythonFiles } = entry;
  const applications = module === undefined ? [] : flaskApplications(module.module);
  if (module === undefined || applications.length !== 1 || pythonFiles.length !== 1) return undefined;
  if (cmd?.exec === undefined || entrypoint !== undefined || cmd.instruction.line !== cmd.instruction.endLine) {
    return undefined;
  }
  const run = module.module.calls.find(({ callee }) => callee === name);
  const port = run?.arguments.find((each) => each.name === "port")?.value;
  if (port?.kind !== "number" || posix.dirname(module.imagePath) !== finalStage.end.workdir) return undefined;
  const { line } = cmd.instruction;
  const words = ["gunicorn", "--bind", `0.0.0.0:${port.number}`, "--workers", "1", "--timeout", `${timeoutSeconds}`];
  const start = `CMD [${[...words, `${posix.basename(module.imagePath, ".py")}:${applications[0]}`].map((word) => `"${word}"`).join(", ")}]`;
  const install = installed.distributions.has("gunicorn") ? [] : ["RUN pip install --no-cache-dir gunicorn"];
  return {
    title: "Serve with gunicorn",
    edits: [{ kind: "lines", path: dockerfile.path, startLine: line, endLine: line, lines: [...install, start] }],
  };
}
