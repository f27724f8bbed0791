import { posix } from "node:path";
import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { Fix } from "#model/finding.js";
import { flaskApplications, type HttpServer } from "./http-server.js";

/** Name of the file that the fix adds, beside the application. */
const handlerFile = "queue_handler.py";

/**
 * Puts a handler in front of a Flask application with one POST route: each job becomes a request inside the process.
 * Undefined unless the CMD is one line in JSON form and everything else is plain.
 */
export function queueHandlerFix({ module }: HttpServer, image: ImageFacts): Fix | undefined {
  const { cmd, entrypoint } = image.entry;
  const route = module && postRoute(module);
  const source = module && contextPath(module, image);
  if (module === undefined || route === undefined || source === undefined) return undefined;
  if (
    cmd?.exec === undefined ||
    entrypoint !== undefined ||
    cmd.instruction.line !== cmd.instruction.endLine ||
    !/^python[\d.]*$/.test(cmd.exec[0] ?? "")
  ) {
    return undefined;
  }
  const beside = posix.join(posix.dirname(source), handlerFile);
  const projectPath = posix.join(posix.dirname(module.projectPath ?? ""), handlerFile);
  const folder = posix.dirname(module.imagePath);
  if (image.project.files.has(projectPath) || /\s/.test(beside)) return undefined;
  const { line } = cmd.instruction;
  const lines = [
    ...(image.installed.distributions.has("runpod") ? [] : ["RUN pip install --no-cache-dir runpod"]),
    `COPY ${beside} ${folder === "/" ? "" : folder}/${handlerFile}`,
    `CMD ["${cmd.exec[0]}", "-u", "${folder === "/" ? "" : folder}/${handlerFile}"]`,
  ];
  return {
    title: `Take jobs from the queue in ${handlerFile}`,
    edits: [
      { kind: "new-file", path: projectPath, text: handlerText(module, route) },
      { kind: "lines", path: image.dockerfile.path, startLine: line, endLine: line, lines },
    ],
  };
}

/** Path in the build context of a file that was copied into the image. */
function contextPath({ projectPath }: ImageModule, { context }: ImageFacts): string | undefined {
  if (projectPath === undefined || !projectPath.endsWith(".py")) return undefined;
  const path = posix.relative(context.folder, projectPath);
  return path.startsWith("..") || !context.files.has(path) ? undefined : path;
}

interface Route {
  readonly application: string;
  readonly path: string;
}

/** The one route that takes POST; `app.run` must be under `if __name__ == "__main__"` for the module to be importable. */
function postRoute({ module }: ImageModule): Route | undefined {
  const [application, ...others] = flaskApplications(module);
  if (application === undefined || others.length > 0 || !/\nif __name__ == /.test(module.source.text)) return undefined;
  const routes = module.calls.flatMap(({ callee, arguments: given }) => {
    const path = given.find(({ name }) => name === undefined)?.value;
    const methods = given.find(({ name }) => name === "methods")?.value;
    const takesPost =
      callee === `${application}.post` ||
      (callee === `${application}.route` &&
        methods?.kind === "list" &&
        methods.items.some((item) => item.kind === "text" && item.text === "POST"));
    return takesPost && path?.kind === "text" && /^\/[\w/-]*$/.test(path.text) ? [path.text] : [];
  });
  return routes.length === 1 && routes[0] !== undefined ? { application, path: routes[0] } : undefined;
}

function handlerText(module: ImageModule, { application, path }: Route): string {
  const name = posix.basename(module.imagePath, ".py");
  return `"""Takes jobs from RunPod's queue and passes each to the web application of ${name}.py."""

import runpod

from ${name} import ${application}


def handler(job):
    with ${application}.test_client() as client:
        answer = client.post("${path}", json=job["input"])
    if answer.status_code >= 400:
        return {"error": answer.get_data(as_text=True)}
    return answer.get_json()


runpod.serverless.start({"handler": handler})
`;
}
