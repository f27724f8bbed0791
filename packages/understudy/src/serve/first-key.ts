import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { scopes } from "#access/caller.js";
import type { KeyList } from "#access/key-list.js";
import { nothingThere } from "#records/look-at.js";
import { writePrivateFile } from "#records/private-file.js";

/**
 * The key of whoever runs the service: that of `UNDERSTUDY_API_KEY`, else the one in the data folder, which the first start makes.
 * It has every scope. Several machines that share a database share a key through the variable.
 * @throws UnderstudyError `bad-config` for a key that is too short to be one, or was revoked.
 */
export async function ensureFirstKey(
  keys: Pick<KeyList, "create" | "find">,
  world: { readonly dataFolder: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<string> {
  const secret = chosenKey(world.env) ?? (await keptKey(world.dataFolder));
  if ((await keys.find(secret)) !== undefined) return secret;
  await keys.create({ name: "first key", scopes: [...scopes] }, secret).catch(async (thrown: unknown) => {
    // Another process of this service was quicker.
    if ((await keys.find(secret)) === undefined) throw revoked(thrown);
  });
  return secret;
}

/** The key of `UNDERSTUDY_API_KEY`; undefined: it is not set. @throws UnderstudyError `bad-config` for one that is no key. */
export function chosenKey(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const chosen = env["UNDERSTUDY_API_KEY"] ?? "";
  if (chosen === "") return undefined;
  if (/^[\x21-\x7e]{24,200}$/.test(chosen)) return chosen;
  throw new UnderstudyError(
    "bad-config",
    "UNDERSTUDY_API_KEY is no key: it needs 24 to 200 visible ASCII characters.",
    { hint: "Leave it unset to have a key made, or make one: `openssl rand -base64 32`." },
  );
}

async function keptKey(dataFolder: string): Promise<string> {
  const path = join(dataFolder, "api-key");
  const kept = (await readFile(path, "utf8").catch(nothingThere))?.trim();
  if (kept !== undefined && kept !== "") return kept;
  const made = `us_${randomBytes(24).toString("base64url")}`;
  await writePrivateFile(path, `${made}\n`);
  return made;
}

function revoked(cause: unknown): UnderstudyError {
  return new UnderstudyError("bad-config", "The service's first key was revoked, or has expired.", {
    hint: "Remove the file `api-key` in the data folder, or set UNDERSTUDY_API_KEY to another key.",
    cause,
  });
}
