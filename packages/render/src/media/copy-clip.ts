import { ClipFileWriter } from "./clip-file.js";
import { openClip, type ClipContents } from "./open-clip.js";

/**
 * Writes a finished clip once more, with what a check of the whole film found in it.
 * @throws UnderstudyError `internal-error` when `fromPath` is no clip; `output-write-failed`, `disk-full`.
 */
export async function copyClipAsVerified(
  fromPath: string,
  toPath: string,
  verified: NonNullable<ClipContents["verified"]>,
): Promise<void> {
  const clip = await openClip(fromPath);
  try {
    const writer = await ClipFileWriter.create(toPath);
    try {
      for (const packet of clip.contents.packets.keys()) await writer.append(await clip.readPayload(packet));
      await writer.finish({ ...clip.contents, verified });
    } finally {
      await writer.close();
    }
  } finally {
    await clip.close();
  }
}
