import { createRequire } from "node:module";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { ServeOptions } from "@understudy/runpod/worker";
import { UnderstudyError } from "@understudy/render";
import { assertInputFile } from "#paths/index.js";

/**
 * Loads a handler's module: it exports a function, or everything that `serve()` takes, by default or named `handler`.
 * @throws UnderstudyError `file-missing`, `bad-usage` for what is no regular file, `bad-handler`.
 */
export async function loadHandler(path: string): Promise<ServeOptions> {
  await assertInputFile(path, "handler");
  const extension = extname(path);
  if (!moduleExtensions.has(extension)) {
    throw new UnderstudyError("bad-handler", `A handler is a .js, .mjs or .ts module, but this is "${extension}".`);
  }
  if (typeScriptExtensions.has(extension)) await readyForTypeScript(path);
  const module = await load(path);
  const exported = module["default"] ?? module["handler"];
  if (typeof exported === "function") return { handler: exported as ServeOptions["handler"] };
  if (isServeOptions(exported)) return exported;
  throw new UnderstudyError("bad-handler", "The handler's module exports no function by default or named `handler`.");
}

const typeScriptExtensions = new Set([".ts", ".mts"]);
const moduleExtensions = new Set([".js", ".mjs", ".cjs", ...typeScriptExtensions]);

/** Where this Node does not read TypeScript itself (22.18 and newer do), an installed tsx does. */
async function readyForTypeScript(path: string): Promise<void> {
  if ((process.features as { readonly typescript?: unknown }).typescript) return;
  try {
    // What `node --import tsx` loads. Its API's CommonJS twin, which `resolve` would find, fails in Node 20.
    await import(pathToFileURL(createRequire(path).resolve("tsx")).href);
  } catch (cause) {
    throw new UnderstudyError("bad-handler", `Node ${process.versions.node} cannot load a TypeScript handler.`, {
      hint: "Install tsx beside the handler (npm install tsx), use Node 22.18 or newer, or give the built .js file.",
      cause,
    });
  }
}

async function load(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    // A handler of ours says itself what is wrong with its configuration.
    if (cause instanceof UnderstudyError) throw cause;
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new UnderstudyError("bad-handler", `The handler cannot be loaded: ${reason}`, {
      hint: "Set UNDERSTUDY_DEBUG=1 to see where it failed.",
      cause,
    });
  }
}

function isServeOptions(value: unknown): value is ServeOptions {
  if (typeof value !== "object" || value === null || !("handler" in value)) return false;
  return typeof value.handler === "function";
}
