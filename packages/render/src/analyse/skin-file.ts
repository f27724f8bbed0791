import { closeSync, openSync, readSync } from "node:fs";
import { unwrappedFace } from "#face-mesh/face-uv.js";
import { BlockFileWriter } from "#media/block-file.js";
import { createFaceSkin, type FaceSkin } from "./unwrap-face.js";

/**
 * The skin of the face in every frame of a part of a segment, on disk between tracking and joining: it is learned over the whole
 * segment, which may be an hour. Four planes of the covered texels a frame (10.6 kB), zeros where there is no face.
 */
export interface SkinWriter {
  append(skin: FaceSkin | undefined): Promise<void>;
  /** @throws UnderstudyError `disk-full`, `output-write-failed`. */
  finish(): Promise<void>;
  /** Closes the file and removes it when it was not finished; safe to call twice. */
  close(): Promise<void>;
}

/** Reads single frames. */
export interface SkinReader {
  /** Skin of frame `n` of the part. @throws Error when the file ends before it. */
  read(n: number): FaceSkin;
  close(): void;
}

const { texels } = unwrappedFace;
const planes = ["luma", "blue", "red", "facing"] as const;
const frameBytes = planes.length * texels.length;

/** Creates or empties the file. @throws UnderstudyError `disk-full`, `output-write-failed`. */
export async function openSkinWriter(path: string): Promise<SkinWriter> {
  const file = await BlockFileWriter.create(path);
  const packed = new Uint8Array(frameBytes);
  return {
    async append(skin) {
      if (skin === undefined) packed.fill(0);
      else pack(skin, packed);
      await file.append(packed);
    },
    async finish() {
      await file.finish();
    },
    close: () => file.close(),
  };
}

/** Opens a finished file. */
export function openSkinReader(path: string): SkinReader {
  const file = openSync(path, "r");
  const packed = new Uint8Array(frameBytes);
  return {
    read(n) {
      if (readSync(file, packed, 0, frameBytes, n * frameBytes) !== frameBytes)
        throw new Error("a skin file ends early");
      const skin = createFaceSkin();
      unpack(packed, skin);
      return skin;
    },
    close: () => closeSync(file),
  };
}

function pack(skin: FaceSkin, packed: Uint8Array): void {
  let at = 0;
  for (const plane of planes) {
    const values = skin[plane];
    for (let k = 0; k < texels.length; k++) packed[at++] = values[texels[k]!]!;
  }
}

function unpack(packed: Uint8Array, skin: FaceSkin): void {
  let at = 0;
  for (const plane of planes) {
    const values = skin[plane];
    for (let k = 0; k < texels.length; k++) values[texels[k]!] = packed[at++]!;
  }
}
