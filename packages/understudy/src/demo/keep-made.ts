import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { registerLeftover } from "#paths/index.js";
import { rmSync } from "node:fs";

/**
 * Makes a file once. Beside it lies a note of how it was made and of its hash; the file is used again only while both are
 * true, so that neither an older version's clip nor a half or altered one is taken for it.
 * @param recipe changes whenever the same call would draw something else.
 * @param make writes the file at the path it is given, which has the same ending.
 * @returns lower-case hex SHA-256 of the file.
 */
export async function keepMade(
  path: string,
  recipe: string,
  make: (path: string) => Promise<void>,
  signal: AbortSignal,
): Promise<string> {
  const notePath = `${path}.made.json`;
  const note = await readNote(notePath);
  const existing = note?.recipe === recipe ? await hashOf(path, signal) : undefined;
  if (existing !== undefined && existing === note?.sha256) return existing;

  const partial = `${path}.partial${extname(path)}`;
  const removed = registerLeftover(() => rmSync(partial, { force: true }));
  try {
    await rm(notePath, { force: true });
    await make(partial);
    const sha256 = await hashOf(partial, signal);
    await rename(partial, path);
    await writeFile(notePath, `${JSON.stringify({ recipe, sha256 })}\n`);
    return sha256 ?? "";
  } finally {
    await rm(partial, { force: true });
    removed();
  }
}

async function readNote(path: string): Promise<{ recipe?: unknown; sha256?: unknown } | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as { recipe?: unknown; sha256?: unknown };
  } catch {
    return undefined;
  }
}

async function hashOf(path: string, signal: AbortSignal): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Buffer);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw thrown;
  }
  return hash.digest("hex");
}
