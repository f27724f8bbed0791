import type { IncomingMessage, ServerResponse } from "node:http";
import { join, resolve } from "node:path";
import type { Config } from "#config/index.js";
import { secretPattern } from "./name-result.js";
import { serveFile } from "./serve-file.js";

/** Finished videos of jobs on this machine, as a server hands them out. */
export interface ResultFiles {
  /** Answers a request for a file; false when it is for something else. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
  /** Tells workers where to put files, and under which address this server hands them out. */
  environment(serverUrl: string): Readonly<Record<string, string>>;
}

/** Where finished videos of jobs go when there is no bucket. */
export function resultFolder({ storage, dataFolder }: Pick<Config, "storage" | "dataFolder">): string {
  return storage.folder === "" ? join(dataFolder, "outputs") : resolve(storage.folder);
}

/**
 * Hands out what lies in the folder of finished videos. The first part of a key is a secret of 128 bits: who has the address
 * may see the file, and nobody can list or guess.
 */
export function resultFiles(config: Pick<Config, "storage" | "dataFolder">): ResultFiles {
  const folder = resultFolder(config);
  return {
    serve(request, response) {
      const key = keyOf(request.url);
      if (key === undefined) return false;
      void serveFile(join(folder, ...key), request, response);
      return true;
    },
    environment: (serverUrl) => ({
      ...(/\s/.test(folder) ? {} : { UNDERSTUDY_STORAGE_FOLDER: folder }),
      UNDERSTUDY_STORAGE_PUBLIC_URL: `${serverUrl}/${filesPrefix}`,
    }),
  };
}

const filesPrefix = "files";

/** `/files/SECRET/NAME`; undefined for everything else. */
function keyOf(url: string | undefined): readonly [secret: string, name: string] | undefined {
  const [, prefix, secret = "", name = "", ...more] = (url ?? "").split(/[?#]/, 1)[0]!.split("/");
  if (prefix !== filesPrefix || more.length > 0) return undefined;
  const isKey = secretPattern.test(secret) && /^[A-Za-z0-9_][A-Za-z0-9._-]{0,200}$/.test(name);
  return isKey ? [secret, name] : undefined;
}
