import { expect, test } from "vitest";
import { createPowerSpectrum } from "./fourier.js";

test.each([4, 16, 512])("the power of %i samples is that of the sum which defines it", (size) => {
  const spectrum = createPowerSpectrum(size);
  let state = 1;
  for (let i = 0; i < size; i++) spectrum.input[i] = (state = (state * 48_271) % 2_147_483_647) / 2 ** 31 - 0.4;
  const power = new Float64Array(size / 2 + 1);
  spectrum.measure(power);
  for (const [bin, found] of power.entries()) {
    let [x, y] = [0, 0];
    for (const [i, value] of spectrum.input.entries()) {
      x += value * Math.cos((2 * Math.PI * bin * i) / size);
      y += value * Math.sin((2 * Math.PI * bin * i) / size);
    }
    expect(found).toBeCloseTo(x * x + y * y, 8);
  }
});
