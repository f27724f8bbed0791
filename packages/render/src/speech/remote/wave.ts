import { UnderstudyError } from "#model/errors.js";
import type { Sound } from "#speech/flite/wave-file.js";
import { sampleRateRange } from "./speak-contract.js";

/** Writes a WAV file of 16 bits and one channel. What 16 bits held before comes back unchanged. */
export function encodeWave({ samples, sampleRateHz }: Sound): Uint8Array {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write("RIFF", 0, "latin1");
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(pcm, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRateHz, 24);
  bytes.writeUInt32LE(2 * sampleRateHz, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36, "latin1");
  bytes.writeUInt32LE(2 * samples.length, 40);
  for (const [at, sample] of samples.entries()) {
    bytes.writeInt16LE(Math.min(32_767, Math.max(-32_768, Math.round(32_768 * sample))), 44 + 2 * at);
  }
  return bytes;
}

/**
 * Reads a WAV file that a stranger made, and mixes two channels to one: PCM of 16 bits or float of 32, 8 to 48 kHz.
 * @param maxSeconds longest sound, inclusive.
 * @throws UnderstudyError `unreadable-media` for anything else, and for a file that is cut short; `input-too-long`.
 */
export function parseWave(bytes: Uint8Array, maxSeconds: number): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || nameAt(view, 0) !== "RIFF" || nameAt(view, 8) !== "WAVE") throw unreadable("is no WAV file");
  const { format, data } = chunksOf(view);
  if (format === undefined) throw unreadable("does not say how its sound is written");
  if (data === undefined || data.byteLength === 0) throw unreadable("has no sound");
  const { channelCount, sampleRateHz, bytesPerSample } = format;
  const frameBytes = channelCount * bytesPerSample;
  if (data.byteLength % frameBytes !== 0) throw unreadable("ends inside a sample");
  const frameCount = data.byteLength / frameBytes;
  const seconds = frameCount / sampleRateHz;
  if (seconds > maxSeconds) {
    throw new UnderstudyError("input-too-long", `The sound has ${seconds.toFixed(1)} s, the limit is ${maxSeconds} s.`);
  }
  const valueAt = (offset: number) =>
    bytesPerSample === 2 ? data.getInt16(offset, true) / 32_768 : data.getFloat32(offset, true);
  const samples = new Float32Array(frameCount);
  for (let frame = 0; frame < frameCount; frame++) {
    const at = frame * frameBytes;
    const value = channelCount === 1 ? valueAt(at) : (valueAt(at) + valueAt(at + bytesPerSample)) / 2;
    if (!Number.isFinite(value)) throw unreadable("has a sample that is no number");
    samples[frame] = Math.min(1, Math.max(-1, value));
  }
  return { samples, sampleRateHz };
}

const [pcm, float, extensible] = [1, 3, 0xfffe];

interface WaveFormat {
  readonly channelCount: 1 | 2;
  readonly sampleRateHz: number;
  readonly bytesPerSample: 2 | 4;
}

interface WaveChunks {
  readonly format: WaveFormat | undefined;
  readonly data: DataView | undefined;
}

/** Other chunks hold names and pictures; a file has a handful. */
const maxChunks = 100;

/** What is in front of the sound, and the sound. */
function chunksOf(view: DataView): WaveChunks {
  let format: WaveFormat | undefined;
  let offset = 12;
  for (let count = 0; count < maxChunks && offset + 8 <= view.byteLength; count++) {
    const byteLength = view.getUint32(offset + 4, true);
    const start = offset + 8;
    if (byteLength > view.byteLength - start) throw unreadable("is cut short");
    const content = new DataView(view.buffer, view.byteOffset + start, byteLength);
    const name = nameAt(view, offset);
    if (name === "fmt ") format = formatOf(content);
    if (name === "data") return { format, data: content };
    offset = start + byteLength + (byteLength & 1);
  }
  return { format, data: undefined };
}

function formatOf(chunk: DataView): WaveFormat {
  if (chunk.byteLength < 16) throw unreadable("does not say how its sound is written");
  const tag = chunk.getUint16(0, true);
  // The extensible form keeps the tag at the head of a longer name.
  const kind = tag === extensible && chunk.byteLength >= 26 ? chunk.getUint16(24, true) : tag;
  const channelCount = chunk.getUint16(2, true);
  const sampleRateHz = chunk.getUint32(4, true);
  const bits = chunk.getUint16(14, true);
  if (!((kind === pcm && bits === 16) || (kind === float && bits === 32))) {
    throw unreadable("is neither PCM of 16 bits nor float of 32");
  }
  if (channelCount !== 1 && channelCount !== 2) throw unreadable(`has ${channelCount} channels, not one or two`);
  const { min, max } = sampleRateRange;
  if (sampleRateHz < min || sampleRateHz > max) throw unreadable(`has ${sampleRateHz} Hz, not ${min} to ${max}`);
  return { channelCount, sampleRateHz, bytesPerSample: bits === 16 ? 2 : 4 };
}

function nameAt(view: DataView, offset: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + offset, 4));
}

function unreadable(what: string): UnderstudyError {
  return new UnderstudyError("unreadable-media", `The sound ${what}.`, {
    hint: "Send a WAV file: PCM of 16 bits or float of 32, one or two channels, 8 to 48 kHz.",
  });
}
