/** A power spectrum of a fixed size. */
export interface PowerSpectrum {
  /** Real input of `size` samples, written by the caller before each `measure`; it is used up. */
  readonly input: Float64Array;
  /** Writes the power of the bins 0 to `size / 2` into `power`. */
  measure(power: Float64Array): void;
}

/** @param size a power of two. */
export function createPowerSpectrum(size: number): PowerSpectrum {
  const bits = Math.log2(size);
  const cosines = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sines = Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size));
  const reversed = Uint16Array.from({ length: size }, (_, i) => reverseBits(i, bits));
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  return {
    input: real,
    measure(power) {
      for (let i = 0; i < size; i++) {
        const j = reversed[i]!;
        if (j <= i) continue;
        const swapped = real[i]!;
        real[i] = real[j]!;
        real[j] = swapped;
      }
      imaginary.fill(0);
      for (let span = 2; span <= size; span *= 2) {
        const half = span / 2;
        const step = size / span;
        for (let start = 0; start < size; start += span) {
          for (let k = 0; k < half; k++) {
            const a = start + k;
            const b = a + half;
            const cosine = cosines[k * step]!;
            const sine = sines[k * step]!;
            const x = real[b]! * cosine + imaginary[b]! * sine;
            const y = imaginary[b]! * cosine - real[b]! * sine;
            real[b] = real[a]! - x;
            imaginary[b] = imaginary[a]! - y;
            real[a] = real[a]! + x;
            imaginary[a] = imaginary[a]! + y;
          }
        }
      }
      for (let i = 0; i <= size / 2; i++) power[i] = real[i]! ** 2 + imaginary[i]! ** 2;
    },
  };
}

function reverseBits(value: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) if ((value >> bit) & 1) reversed |= 1 << (bits - 1 - bit);
  return reversed;
}
