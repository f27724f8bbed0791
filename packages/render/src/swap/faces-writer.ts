import { BlockFileWriter } from "#media/block-file.js";
import type { PixelBox, PlanarFrame } from "#model/image.js";
import { facesMagic, type FacesFacts } from "./faces-file.js";
import { packBox } from "./pack-box.js";

/** What is known when the last face is drawn. */
export type FacesEnd = Omit<FacesFacts, "frames" | "widthPixels" | "heightPixels">;

/** Writes the drawn faces of one segment, frame by frame. */
export interface FacesWriter {
  /** Takes the next frame as it was drawn; `box` undefined when nothing was. Its pixels may change afterwards. */
  append(frame: PlanarFrame, box: PixelBox | undefined): Promise<void>;
  /** Takes the next frame as it was packed for a part of the segment; of the same size as all others. */
  appendPacked(
    size: Pick<FacesFacts, "widthPixels" | "heightPixels">,
    box: PixelBox | undefined,
    payload: Uint8Array,
  ): Promise<void>;
  /** Ends the file. @throws UnderstudyError `disk-full`, `output-write-failed`. */
  finish(end: FacesEnd): Promise<void>;
  /** Closes the file and removes it when it was not finished; safe to call twice. */
  close(): Promise<void>;
}

const nothing = new Uint8Array(0);

/** Creates a file of drawn faces; one that is there is overwritten. @throws UnderstudyError `disk-full`, `output-write-failed`. */
export async function openFacesWriter(path: string): Promise<FacesWriter> {
  const file = await BlockFileWriter.create(path);
  const frames: FacesFacts["frames"][number][] = [];
  let size = { widthPixels: 0, heightPixels: 0 };
  await file.append(facesMagic);
  const appendPacked: FacesWriter["appendPacked"] = async ({ widthPixels, heightPixels }, box, payload) => {
    size = { widthPixels, heightPixels };
    if (box === undefined) return void frames.push(null);
    frames.push([box.left, box.top, box.right, box.bottom, payload.length]);
    await file.append(payload);
  };
  return {
    append: (frame, box) => appendPacked(frame, box, box === undefined ? nothing : packBox(frame, box)),
    appendPacked,
    async finish(end) {
      const facts: FacesFacts = { ...end, ...size, frames };
      const json = Buffer.from(JSON.stringify({ version: 2, ...facts }));
      const length = Buffer.alloc(4);
      length.writeUInt32BE(json.length);
      await file.append(json);
      await file.append(length);
      await file.append(file.digest());
      await file.append(facesMagic);
      await file.finish();
    },
    close: () => file.close(),
  };
}
