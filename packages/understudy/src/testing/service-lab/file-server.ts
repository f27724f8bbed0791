import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { mediaTypeOf } from "#storage/media-type-of.js";

/** A place where inputs can be fetched. */
export interface FileServer {
  /** Where a file is, with any query behind it; any other path below is a 404. */
  urlOf(path: string): string;
  /** Names of files, each time that one was asked for. */
  readonly asked: readonly string[];
  /** Answers nothing any more. @returns what ends that. */
  hold(): () => void;
  close(): Promise<void>;
}

/** Serves files of this machine by their names, on this machine only. */
export async function openFileServer(paths: readonly string[]): Promise<FileServer> {
  const files = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  for (const path of paths) {
    files.set(`/${basename(path)}`, { type: mediaTypeOf(path), bytes: await readFile(path) });
  }
  const asked: string[] = [];
  let held = Promise.resolve();
  const server = createServer(async (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const file = files.get(path);
    asked.push(path.slice(1));
    await held;
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": file.type, "content-length": file.bytes.length }).end(file.bytes);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    urlOf: (path) => `${origin}/${basename(path)}`,
    asked,
    hold() {
      let release = (): void => undefined;
      held = new Promise((resolve) => (release = resolve));
      return release;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
