import { describe, expect, it } from "vitest";
import { nutChecksum, nutNumber, nutSigned } from "./nut-format.js";
import { NutReader, type NutPacket } from "./nut-reader.js";
import { nutFrameHeader, nutHeader } from "./nut-writer.js";

const track = {
  codecTag: 0x3463_7661,
  configuration: Uint8Array.from({ length: 5000 }, (_, at) => at % 256),
  timeBase: { numerator: 1, denominator: 90_000 },
  reorderFrames: 2,
  picture: { widthPixels: 1920, heightPixels: 1080 },
};
const frames = [0, 2 ** 40, 3, 3600 * 90_000].map((ptsTicks, number) => ({
  ptsTicks,
  isKeyframe: number === 0,
  payload: new Uint8Array(number * 50_000).fill(number),
}));
const stream = Buffer.concat([
  nutHeader(track),
  ...frames.flatMap((frame) => [nutFrameHeader({ ...frame, byteLength: frame.payload.length }), frame.payload]),
]);

/** The stream in pieces of one size. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(bytes: Uint8Array, size: number) {
  const reader = new NutReader(pieces(bytes, size));
  const opened = await reader.open();
  const packets: NutPacket[] = [];
  for (let one = opened && (await reader.next()); one !== undefined; one = await reader.next()) packets.push(one);
  return { opened, packets };
}

describe("NUT", () => {
  it.each([1009, 65_536, 1_000_000])("comes back as it was written, in pieces of %i bytes", async (size) => {
    const { opened, packets } = await readAll(stream, size);
    expect(opened).toMatchObject({ timeBase: track.timeBase, codecTag: "avc4", size: track.picture });
    expect(Buffer.compare(opened?.configuration ?? new Uint8Array(), track.configuration)).toBe(0);
    const compared = packets.map((packet, number) => [
      packet.ptsTicks,
      packet.isKeyframe,
      Buffer.compare(packet.payload, frames[number]?.payload ?? new Uint8Array()),
    ]);
    expect(compared).toEqual(frames.map(({ ptsTicks, isKeyframe }) => [ptsTicks, isKeyframe, 0]));
  });

  it("ends quietly wherever it is cut off", async () => {
    for (const length of [0, 10, 40, 4000, 5300, 5400, 100_000, stream.length - 1]) {
      const { packets } = await readAll(stream.subarray(0, length), 4096);
      expect(packets.length).toBeLessThan(frames.length);
    }
  });

  it("says that something else is no NUT", async () => {
    await expect(readAll(Buffer.from("ftypisom".repeat(20)), 64)).rejects.toMatchObject({ code: "internal-error" });
  });

  it("writes numbers and checksums as the specification has them", () => {
    expect(nutNumber(0)).toEqual([0]);
    expect(nutNumber(300)).toEqual([0x82, 0x2c]);
    expect([0, 1, -1, 2].map(nutSigned)).toEqual([[0], [1], [2], [3]]);
    expect(Buffer.from(nutChecksum(Buffer.from("123456789"))).toString("hex")).toBe("89a1897f");
  });
});
