import { open, readFile, writeFile } from "node:fs/promises";
import { writeJpeg, writePng } from "#media/index.js";
import { makeFixture } from "#media/node-av/testing/make-fixture.js";
import type { SealableType } from "#seal/provenance.js";

const picture = { widthPixels: 16, heightPixels: 16, rgb: new Uint8Array(16 * 16 * 3).map((_, i) => i) };

/** One small file of each kind that tests seal, by its name. */
export const testMedia = {
  "video.mp4": {
    mediaType: "video/mp4",
    write: (path) => makeFixture(path, { picture: { widthPixels: 64, heightPixels: 48, frameCount: 5 } }),
  },
  "sound.wav": {
    mediaType: "audio/wav",
    write: (path) => makeFixture(path, { container: "wav", sound: { encoder: "pcm_s16le", seconds: 0.1 } }),
  },
  "sound.m4a": {
    mediaType: "audio/mp4",
    write: (path) => makeFixture(path, { sound: { seconds: 0.2 } }),
  },
  "still.png": { mediaType: "image/png", write: (path) => writePng(picture, path) },
  "still.jpg": { mediaType: "image/jpeg", write: (path) => writeJpeg(picture, path) },
} as const satisfies Record<string, { mediaType: SealableType; write: (path: string) => Promise<void> }>;

/** Name of a test's medium; also its file name. */
export type TestMediaName = keyof typeof testMedia;

/**
 * Writes a film again with one more box, of zeros, which take no room on the disk.
 * @param type `free`, or one that nobody knows: such a film is not laid out anew, and gets a sidecar when it is large.
 */
export async function growMp4(
  from: string,
  to: string,
  box: { type: "free" | "what"; byteLength: number },
): Promise<void> {
  const film = await readFile(from);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(box.byteLength, 0);
  head.write(box.type, 4, "latin1");
  await writeFile(to, Buffer.concat([film, head]));
  const handle = await open(to, "r+");
  await handle.truncate(film.length + box.byteLength);
  await handle.close();
}

/**
 * A PNG that carries no credentials and only names some, in its XMP.
 * @param png a whole PNG.
 */
export async function writeRemotePng(png: Buffer, url: string, path: string): Promise<void> {
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="${url}"/></rdf:RDF></x:xmpmeta>`;
  const content = Buffer.from(`iTXtXML:com.adobe.xmp\0\0\0\0\0${xmp}`);
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), chunk.length - 4);
  // Behind the signature (8 bytes) and the header chunk (25).
  await writeFile(path, Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]));
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
