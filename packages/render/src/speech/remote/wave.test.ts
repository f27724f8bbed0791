import { describe, expect, it, test } from "vitest";
import { encodeWave, parseWave } from "./wave.js";

/** A WAV file, of which any part can be wrong. */
function waveOf({
  tag = 1,
  channels = 1,
  rateHz = 16_000,
  bits = 16,
  data = Buffer.alloc(320),
  before = [] as readonly Buffer[],
  claimedBytes = undefined as number | undefined,
} = {}): Buffer {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rateHz, 4);
  format.writeUInt16LE(bits, 14);
  const head = Buffer.from("RIFF\0\0\0\0WAVE", "latin1");
  return Buffer.concat([head, ...before, chunk("fmt ", format), chunk("data", data, claimedBytes)]);
}

function chunk(name: string, content: Buffer, claimedBytes = content.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, "latin1");
  head.writeUInt32LE(claimedBytes, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length & 1)]);
}

/** The sound lies behind more chunks than are looked at. */
const manyChunks = Buffer.concat([
  waveOf().subarray(0, 36),
  ...Array.from({ length: 100 }, () => chunk("junk", Buffer.alloc(0))),
  chunk("data", Buffer.alloc(4)),
]);

const float = (values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);

test("what 16 bits held comes back unchanged, and what is beyond full scale is cut", () => {
  const samples = Float32Array.from([0, 1 / 32_768, -1, 32_767 / 32_768, 2, -2]);
  const read = parseWave(encodeWave({ samples, sampleRateHz: 22_050 }), 1);
  expect(read.sampleRateHz).toBe(22_050);
  expect([...read.samples]).toEqual([0, 1 / 32_768, -1, 32_767 / 32_768, 32_767 / 32_768, -1]);
});

describe("a WAV file of somebody else", () => {
  it("may have two channels, floats, a long form of its format, and chunks in front", () => {
    const stereo = waveOf({ tag: 3, bits: 32, channels: 2, data: float([0.5, 0.25, 3, 3]) });
    expect([...parseWave(stereo, 1).samples]).toEqual([0.375, 1]);
    const before = [chunk("LIST", Buffer.from("odd"))];
    expect(parseWave(waveOf({ before }), 1).samples).toHaveLength(160);
    const long = Buffer.alloc(40);
    waveOf().copy(long, 0, 20, 36);
    long.writeUInt16LE(0xfffe, 0);
    long.writeUInt16LE(1, 24);
    const head = waveOf().subarray(0, 12);
    const file = Buffer.concat([head, chunk("fmt ", long), chunk("data", Buffer.alloc(320))]);
    expect(parseWave(file, 1)).toMatchObject({ sampleRateHz: 16_000 });
  });

  it.each([
    ["is no WAV file", Buffer.from("ID3")],
    ["is no WAV file", Buffer.from("OggS\0\0\0\0WAVE....")],
    ["has no sound", waveOf().subarray(0, 36)],
    ["has no sound", waveOf({ data: Buffer.alloc(0) })],
    ["has no sound", manyChunks],
    ["is cut short", waveOf({ claimedBytes: 322 })],
    ["is cut short", waveOf({ claimedBytes: 0xffff_ffff })],
    ["ends inside a sample", waveOf({ data: Buffer.alloc(321) })],
    [
      "does not say how its sound is written",
      Buffer.concat([waveOf().subarray(0, 12), chunk("data", Buffer.alloc(4))]),
    ],
    ["is neither PCM of 16 bits nor float of 32", waveOf({ bits: 24 })],
    ["is neither PCM of 16 bits nor float of 32", waveOf({ tag: 7, bits: 8 })],
    ["has 6 channels, not one or two", waveOf({ channels: 6 })],
    ["has 0 channels, not one or two", waveOf({ channels: 0 })],
    ["has 0 Hz, not 8000 to 48000", waveOf({ rateHz: 0 })],
    ["has 96000 Hz, not 8000 to 48000", waveOf({ rateHz: 96_000 })],
    ["has a sample that is no number", waveOf({ tag: 3, bits: 32, data: float([0, NaN]) })],
    ["has a sample that is no number", waveOf({ tag: 3, bits: 32, data: float([Infinity]) })],
  ])("%s: %#", (what, bytes) => {
    const message = `The sound ${what}.`;
    expect(() => parseWave(bytes, 1)).toThrow(expect.objectContaining({ code: "unreadable-media", message }) as Error);
  });

  it("is refused by its length before it is read", () => {
    const tooLong = expect.objectContaining({ code: "input-too-long" }) as Error;
    expect(() => parseWave(waveOf({ data: Buffer.alloc(32_002) }), 1)).toThrow(tooLong);
  });

  it("never makes anything but a sound or a refusal of ours, whatever is changed in it", () => {
    const original = waveOf({ before: [chunk("LIST", Buffer.from("name"))] });
    for (let at = 0; at < 64; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const changed = Buffer.from(original);
        changed[at] = value;
        expect(outcomeOf(changed)).toMatch(/^(sound|unreadable-media|input-too-long)$/);
      }
    }
  });
});

function outcomeOf(bytes: Buffer): string {
  try {
    return parseWave(bytes, 1).samples.length > 0 ? "sound" : "nothing";
  } catch (thrown) {
    return String((thrown as { code?: unknown }).code);
  }
}
