import type { ImageFacts } from "#facts/image/image-facts.js";
import { textOf } from "#facts/python/module.js";
import { childByField } from "#facts/python/syntax.js";
import { bodyNodes, entryRead, type Handler, readerOf } from "./handler.js";
import { httpServersOf } from "./http-server.js";

/** A route of a web server that takes the body of a request as a job. */
export interface RequestReader extends Handler {
  /** False: it reads fields beside `input`, where a queue's callers put nothing. */
  readonly readsEnvelope: boolean;
}

/** The Flask routes of the image that read JSON bodies: `data = request.get_json()`. */
export function requestReadersOf(image: ImageFacts): readonly RequestReader[] {
  if (httpServersOf(image).length === 0) return [];
  return image.python.modules
    .filter(({ isReachable }) => isReachable)
    .flatMap((module) =>
      module.module.functions.flatMap((route) => {
        const body = [...bodyNodes(route)].find(
          (node) =>
            node.kind === "assignment" &&
            /^request\.(?:get_json\(|json\b)/.test(textOf(module.module, childByField(node, "right") ?? node)),
        );
        const target = body && childByField(body, "left");
        if (target?.kind !== "identifier") return [];
        const name = textOf(module.module, target);
        const readsEnvelope = [...bodyNodes(route)].some((node) => {
          const read = entryRead(module.module, node);
          return read?.key === "input" && textOf(module.module, read.object) === name;
        });
        const reader = readsEnvelope ? readerOf(module, route, name) : readerOf(module, route, "", [name]);
        return [{ ...reader, readsEnvelope }];
      }),
    );
}
