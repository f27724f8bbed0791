import type { MediaIO } from "#media/media-io.js";

/** The coded pictures of a film, in decode order. */
export interface PicturePackets {
  readonly payloads: readonly Buffer[];
  /** `avcC` contents. */
  readonly configuration: Uint8Array;
}

/** Reads the packets of a file's first picture track. */
export async function picturePacketsOf(io: MediaIO, path: string): Promise<PicturePackets> {
  const input = await io.openInput(path);
  try {
    const track = input.tracks.find(({ kind }) => kind === "video");
    if (track === undefined) throw new Error("the file has no picture track");
    input.select([track.index]);
    const payloads: Buffer[] = [];
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      payloads.push(Buffer.from(packet.payload));
    }
    return { payloads, configuration: Uint8Array.from(track.configuration) };
  } finally {
    input.close();
  }
}
