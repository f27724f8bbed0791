import type { FrameRange } from "#model/plan.js";
import type { FacesOrigin } from "./faces-file.js";
import { openFacesWriter, type FacesWriter } from "./faces-writer.js";
import { boxOf, openKeptFaces, type KeptFaces } from "./kept-faces.js";

/** A file of the faces of a part of a segment. */
export interface FacesPart extends FrameRange {
  readonly path: string;
}

/**
 * Puts the faces of a segment's parts, which several threads drew, into one file.
 * @param parts ascending; together the whole segment.
 * @throws UnderstudyError `disk-full`, `output-write-failed`.
 */
export async function joinFaces(
  parts: readonly FacesPart[],
  origin: FacesOrigin,
  { startFrame, endFrame }: FrameRange,
  path: string,
): Promise<void> {
  const writer = await openFacesWriter(path);
  const facts: KeptFaces["facts"][] = [];
  try {
    for (const part of parts) {
      const faces = await openKeptFaces(part.path, origin, part);
      if (faces === undefined) throw new Error("the drawn faces of a part are missing");
      facts.push(faces.facts);
      await copy(faces, writer).finally(() => faces.close());
    }
    await writer.finish({
      origin,
      startFrame,
      endFrame,
      faceFacts: facts[0]!.faceFacts,
      withoutFace: facts.reduce((sum, { withoutFace }) => sum + withoutFace, 0),
      samples: facts.flatMap(({ samples }) => samples),
    });
  } finally {
    await writer.close();
  }
}

async function copy({ facts, readPacked }: KeptFaces, writer: FacesWriter): Promise<void> {
  for (const [n, entry] of facts.frames.entries()) {
    const payload = await readPacked(n);
    await writer.appendPacked(facts, entry === null ? undefined : boxOf(entry), payload ?? new Uint8Array(0));
  }
}
