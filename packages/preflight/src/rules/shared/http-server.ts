import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { PythonCall } from "#facts/python/module.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { Location } from "#model/location.js";

/** An HTTP server that starts with the container. */
export interface HttpServer {
  /** Such as `gunicorn` or `app.run`. */
  readonly name: string;
  readonly location: Location;
  /** The module that calls it; undefined: a command of the start does. */
  readonly module: ImageModule | undefined;
  /** Flask's own server, which is made for development. */
  readonly isFlaskRun: boolean;
}

/** Every HTTP server in the start commands and in the code that they run as their main file. */
export function httpServersOf(image: ImageFacts): readonly HttpServer[] {
  return [...image.entry.commands.flatMap(commandServer), ...mainModules(image).flatMap(moduleServers)];
}

/** Files that a start command runs: their `if __name__ == "__main__"` holds. */
export function mainModules({ entry, python, files }: ImageFacts): readonly ImageModule[] {
  const paths = new Set(entry.pythonFiles.map(({ path }) => files.resolve(path)));
  return python.modules.filter(({ imagePath }) => paths.has(imagePath));
}

function commandServer({ name, words, location }: ShellCommand): readonly HttpServer[] {
  const texts = words.map(({ text }) => text);
  const server = [name, texts[texts.indexOf("-m") + 1] ?? ""].find((each) => servers.has(each));
  const isFlask = name === "flask" || server === "flask";
  if (server === undefined || (isFlask && !texts.includes("run"))) return [];
  return [{ name: isFlask ? "flask run" : server, location, module: undefined, isFlaskRun: isFlask }];
}

const servers: ReadonlySet<string> = new Set(["flask", "gunicorn", "hypercorn", "uvicorn", "waitress-serve"]);

function moduleServers(module: ImageModule): readonly HttpServer[] {
  const { calls, source } = module.module;
  return calls.flatMap((call) => {
    const isFlaskRun = isFlaskCall(call, module);
    if (!isFlaskRun && !/^(?:uvicorn|hypercorn|waitress)\.(?:run|serve)$/.test(call.callee)) return [];
    return [{ name: call.callee, location: { path: source.path, line: call.line }, module, isFlaskRun }];
  });
}

/** `app.run(…)` of `app = Flask(…)`. */
function isFlaskCall({ callee }: PythonCall, { module }: ImageModule): boolean {
  const name = /^(\w+)\.run$/.exec(callee)?.[1];
  return name !== undefined && flaskApplications(module).includes(name);
}

/** Names of the module's Flask applications. */
export function flaskApplications(module: ImageModule["module"]): readonly string[] {
  return module.calls.flatMap(({ callee, node }) => {
    const isFlask = callee === "flask.Flask" || callee === "quart.Quart";
    const target = node.parent?.kind === "assignment" ? node.parent.children[0] : undefined;
    if (!isFlask || target?.kind !== "identifier") return [];
    return [module.source.text.slice(target.start, target.end)];
  });
}
