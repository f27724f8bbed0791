import type { MediaIO } from "#media/media-io.js";

/** A sample of a caption track; empty text is a gap. */
export interface ReadCaption {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

/** What a film's first caption track holds, without samples that last no time. */
export async function captionsOf(io: Pick<MediaIO, "openInput">, path: string): Promise<ReadCaption[]> {
  const input = await io.openInput(path);
  try {
    const track = input.tracks.find(({ codec }) => codec === "mov_text");
    if (track?.timeBase.denominator !== 1000) throw new Error("there is no caption track that counts in milliseconds");
    input.select([track.index]);
    const captions: ReadCaption[] = [];
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      const { ptsTicks: startMs, durationTicks, payload } = packet;
      const byteLength = payload[0]! * 256 + payload[1]!;
      const text = Buffer.from(payload).toString("utf8", 2, 2 + byteLength);
      if (durationTicks > 0) captions.push({ startMs, endMs: startMs + durationTicks, text });
    }
    return captions;
  } finally {
    input.close();
  }
}
