import type { SealCredentials } from "@understudy/render";
import type { CliContext } from "#cli/context.js";
import { printableLine } from "#cli/printable.js";
import { ensureKeys } from "#keys/index.js";
import type { RenderJob } from "./run-render.js";

/** The keys of this installation; the first render makes them and says so once. */
export async function readySigningKeys(
  { data, timestampUrl }: RenderJob,
  { io, isJson }: Pick<CliContext, "io" | "isJson">,
): Promise<SealCredentials> {
  const { keysFolder } = data;
  const { credentials, made } = await ensureKeys(keysFolder, io.now());
  if (made) {
    const { certificateSha256 } = credentials.signer;
    await data.audit.append({ kind: "keys-made", certificateSha256 }, io.now());
    if (isJson) io.stdout.write(`${JSON.stringify({ event: "keys-made", keysFolder, certificateSha256 })}\n`);
    else io.stderr.write(`${printableLine(announcement(keysFolder))}\n`);
  }
  return timestampUrl === undefined ? credentials : { ...credentials, timestampUrl };
}

function announcement(keysFolder: string): string {
  return `Made the keys that sign your videos, in ${keysFolder}. They are self-issued: everybody can check that a video is unchanged, but public viewers show its signer as unknown. Said once; understudy keys --help tells more.`;
}
