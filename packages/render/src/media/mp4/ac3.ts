import { UnderstudyError } from "#model/errors.js";

/** `dac3` contents from the first frame (ETSI TS 102 366, 4.3 and F.4). */
export function ac3Configuration(frame: Uint8Array): Uint8Array {
  const bits = bitsOf(frame, 32);
  const rate = bits(2);
  const frameSize = bits(6);
  const version = bits(5);
  const mode = bits(3);
  const channels = bits(3);
  const hasLowFrequency = lowFrequencyBit(bits, channels);
  return packed([
    [rate, 2],
    [version, 5],
    [mode, 3],
    [channels, 3],
    [hasLowFrequency, 1],
    [frameSize >> 1, 5],
    [0, 5],
  ]);
}

/** `dec3` contents for one independent substream (ETSI TS 102 366, E.1.2 and F.6). */
export function eac3Configuration(frame: Uint8Array): Uint8Array {
  const bits = bitsOf(frame, 16);
  bits(5);
  const frameBytes = 2 * (bits(11) + 1);
  const rate = bits(2);
  const blockCode = bits(2);
  const channels = bits(3);
  const hasLowFrequency = bits(1);
  const version = bits(5);
  const sampleRate = [48_000, 44_100, 32_000, 24_000][rate] ?? 48_000;
  const blocks = [1, 2, 3, 6][blockCode] ?? 6;
  const kilobits = Math.round((frameBytes * 8 * sampleRate) / (blocks * 256 * 1000));
  return packed([
    [kilobits, 13],
    [0, 3],
    [rate, 2],
    [version, 5],
    [0, 5],
    [channels, 3],
    [hasLowFrequency, 1],
    [0, 8],
  ]);
}

/** Between the channel mode and the bit lie two for the centre, surround and matrix where there are such. */
function lowFrequencyBit(bits: (count: number) => number, channels: number): number {
  if ((channels & 1) !== 0 && channels !== 1) bits(2);
  if ((channels & 4) !== 0) bits(2);
  if (channels === 2) bits(2);
  return bits(1);
}

function bitsOf(frame: Uint8Array, from: number): (count: number) => number {
  if (frame.length < 8 || frame[0] !== 0x0b || frame[1] !== 0x77) {
    throw new UnderstudyError("unreadable-media", "A Dolby sound track does not begin with a frame.");
  }
  let at = from;
  return (count) => {
    let value = 0;
    for (let bit = 0; bit < count; bit++, at++) value = value * 2 + (((frame[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
}

function packed(fields: readonly (readonly [value: number, bits: number])[]): Uint8Array {
  const digits = fields.map(([value, bits]) => value.toString(2).padStart(bits, "0").slice(-bits)).join("");
  return Uint8Array.from(digits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
