/** Mono sound. */
export interface Sound {
  /** -1 to 1. */
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
}

/** Reads the file that flite writes: RIFF, 16-bit PCM, one channel. */
export function readFliteWave(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sampleRateHz = 0;
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const name = String.fromCharCode(...bytes.subarray(offset, offset + 4));
    const byteLength = view.getUint32(offset + 4, true);
    const start = offset + 8;
    if (name === "fmt ") sampleRateHz = view.getUint32(start + 4, true);
    if (name === "data" && sampleRateHz > 0) {
      const samples = new Float32Array(Math.min(byteLength, bytes.length - start) >> 1);
      for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(start + 2 * i, true) / 32_768;
      return { samples, sampleRateHz };
    }
    offset = start + byteLength + (byteLength & 1);
  }
  throw new Error("flite wrote a WAV file without sound");
}
