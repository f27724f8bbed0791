/** A power spectrum of a fixed size. */
export interface PowerSpectrum {
  /** Real input of `size` samples, written by the caller before each `measure`, which leaves it as it is. */
  readonly input: Float64Array;
  /** Writes the power of the bins 0 to `size / 2` into `power`. */
  measure(power: Float64Array): void;
}

/**
 * Even samples are taken for real and odd ones for imaginary parts, so that one transform of half the size does for both.
 * @param size a power of two, 4 or more.
 */
export function createPowerSpectrum(size: number): PowerSpectrum {
  const count = size / 2;
  const reversed = reversedBits(count);
  const [cosines, sines] = [turns(size, Math.cos), turns(size, Math.sin)];
  const input = new Float64Array(size);
  const real = new Float64Array(count);
  const imaginary = new Float64Array(count);
  return {
    input,
    measure(power) {
      for (let i = 0; i < count; i++) {
        const from = 2 * reversed[i]!;
        real[i] = input[from]!;
        imaginary[i] = input[from + 1]!;
      }
      for (let half = 1; half < count; half *= 2) {
        const step = count / half;
        for (let k = 0; k < half; k++) {
          const cosine = cosines[k * step]!;
          const sine = sines[k * step]!;
          for (let a = k; a < count; a += 2 * half) {
            const b = a + half;
            const x = real[b]! * cosine + imaginary[b]! * sine;
            const y = imaginary[b]! * cosine - real[b]! * sine;
            real[b] = real[a]! - x;
            imaginary[b] = imaginary[a]! - y;
            real[a] = real[a]! + x;
            imaginary[a] = imaginary[a]! + y;
          }
        }
      }
      power[0] = (real[0]! + imaginary[0]!) ** 2;
      power[count] = (real[0]! - imaginary[0]!) ** 2;
      for (let k = 1; k < count; k++) {
        const other = count - k;
        const evenReal = (real[k]! + real[other]!) / 2;
        const evenImaginary = (imaginary[k]! - imaginary[other]!) / 2;
        const oddReal = (imaginary[k]! + imaginary[other]!) / 2;
        const oddImaginary = (real[other]! - real[k]!) / 2;
        const x = evenReal + oddReal * cosines[k]! + oddImaginary * sines[k]!;
        const y = evenImaginary + oddImaginary * cosines[k]! - oddReal * sines[k]!;
        power[k] = x * x + y * y;
      }
    },
  };
}

/** Of half a turn in `size / 2` steps. */
function turns(size: number, of: (angle: number) => number): Float64Array {
  return Float64Array.from({ length: size / 2 }, (_, i) => of((2 * Math.PI * i) / size));
}

function reversedBits(count: number): Uint16Array {
  const bits = Math.log2(count);
  return Uint16Array.from({ length: count }, (_, value) => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) if ((value >> bit) & 1) reversed |= 1 << (bits - 1 - bit);
    return reversed;
  });
}
