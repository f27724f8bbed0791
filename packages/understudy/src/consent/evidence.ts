import { constants } from "node:fs";
import { chmod, copyFile, rename, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { hashFile, type ConsentEvidence } from "@understudy/render";
import { assertInputFile } from "#paths/index.js";
import { dataFolderError, makePrivateFolder } from "#records/index.js";
import { lookAt } from "#records/look-at.js";
import { withStagingFolder } from "#records/staging-folder.js";
import type { ConsentData } from "./keep-consent.js";

/** A copy of what proves a consent, not yet kept: what is checked is what will be kept. */
export interface StagedEvidence {
  readonly path: string;
  readonly facts: Pick<ConsentEvidence, "sha256" | "byteLength" | "mediaType">;
  /** Where it will lie: `<sha256>.<ext>`, in its folder or on the shelf. */
  readonly place: string;
  /**
   * Gives the copy its place and runs `action`; when that fails, what was not there before is removed again. On a shelf the copy
   * comes last: what no record names there is nobody's, and a record without it does not count as the person's own.
   */
  keepFor(action: () => Promise<void>): Promise<void>;
}

/**
 * Copies a recording or document next to the evidence and lends it to `action`; a copy that was not kept is removed.
 * @param file `what` is how the reader knows it, such as `recording`.
 * @throws UnderstudyError `file-missing`, `bad-usage`, `input-too-large`, `disk-full`, `bad-config`.
 */
export async function withEvidence<T>(
  { evidenceFolder: folder, evidenceShelf: shelf }: Pick<ConsentData, "evidenceFolder" | "evidenceShelf">,
  path: string,
  file: { readonly what: string; readonly maxBytes: number; readonly signal: AbortSignal },
  action: (staged: StagedEvidence) => Promise<T>,
): Promise<T> {
  const { what, ...limits } = file;
  await assertInputFile(path, what);
  const settings = { ...limits, what: `The ${what}` };
  // Before the copy: a file that is too large must not fill the disk first.
  await hashFile(path, settings);
  await makePrivateFolder(folder);
  return withStagingFolder(folder, async (stagingFolder) => {
    const extension = /^\.[a-z0-9]{1,8}$/.exec(extname(path).toLowerCase())?.[0] ?? ".bin";
    const copy = join(stagingFolder, `${what}${extension}`);
    await copyFile(path, copy, constants.COPYFILE_EXCL).catch((thrown: unknown) => {
      throw dataFolderError(thrown);
    });
    await chmod(copy, 0o600);
    const { sha256, byteLength } = await hashFile(copy, settings);
    const name = `${sha256}${extension}`;
    const place = join(folder, name);
    const facts = { sha256, byteLength, mediaType: mediaTypes[extension] ?? "application/octet-stream" };
    return action({
      path: copy,
      place: shelf === undefined ? place : name,
      facts,
      async keepFor(made) {
        if (shelf !== undefined) {
          await made();
          return shelf.put(name, { path: copy, ...facts }, file.signal);
        }
        const wasThere = (await lookAt(place)) !== undefined;
        await rename(copy, place);
        try {
          await made();
        } catch (thrown) {
          if (!wasThere) await rm(place, { force: true });
          throw thrown;
        }
      },
    });
  });
}

const mediaTypes: Readonly<Record<string, string>> = {
  ".mp4": "video/mp4",
  ".m4v": "video/mp4",
  ".mov": "video/quicktime",
  ".webm": "video/webm",
  ".mkv": "video/x-matroska",
  ".pdf": "application/pdf",
  ".txt": "text/plain",
  ".eml": "message/rfc822",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
};
