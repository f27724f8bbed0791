import type { SealCredentials } from "@understudy/render";
import { ensureKeys } from "#keys/index.js";
import type { RenderHost } from "./render-host.js";
import type { RenderJob } from "./run-render.js";

/** The keys of this installation; the first render makes them and says so once. */
export async function readySigningKeys(
  { data, timestampUrl }: Pick<RenderJob, "data" | "timestampUrl">,
  host: Pick<RenderHost, "now" | "onKeysMade">,
): Promise<SealCredentials> {
  const { keysFolder } = data;
  const { credentials, made } = await ensureKeys(keysFolder, host.now());
  if (made) {
    const { certificateSha256 } = credentials.signer;
    await data.audit.append({ kind: "keys-made", certificateSha256 }, host.now());
    host.onKeysMade({ keysFolder, certificateSha256 });
  }
  return timestampUrl === undefined ? credentials : { ...credentials, timestampUrl };
}
