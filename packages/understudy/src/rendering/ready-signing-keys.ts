import type { SealCredentials } from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import { printableLine } from "#cli/printable.js";
import { ensureKeys } from "#keys/index.js";
import type { RenderJob } from "./run-render.js";

/** The keys of this installation; the first render makes them and says so once. */
export async function readySigningKeys({ data, timestampUrl }: RenderJob, io: CliIo): Promise<SealCredentials> {
  const { credentials, made } = await ensureKeys(data.keysFolder, io.now());
  if (made) {
    await data.audit.append({ kind: "keys-made", certificateSha256: credentials.signer.certificateSha256 }, io.now());
    io.stderr.write(
      `${printableLine(`Made the keys that sign your videos, in ${data.keysFolder}. They are self-issued: everybody can check that a video is unchanged, but public viewers show its signer as unknown. Once only; see understudy keys --help.`)}\n`,
    );
  }
  return timestampUrl === undefined ? credentials : { ...credentials, timestampUrl };
}
