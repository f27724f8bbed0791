import { readFile, writeFile } from "node:fs/promises";
import { nameWriteError } from "#media/write-error.js";

/** Keeps samples as 32-bit floats, little-endian, so that nobody has to speak again. */
export async function writeSamples(path: string, samples: Float32Array): Promise<void> {
  const bytes = Buffer.allocUnsafe(4 * samples.length);
  for (const [at, sample] of samples.entries()) bytes.writeFloatLE(sample, 4 * at);
  await writeFile(path, bytes).catch((thrown: unknown) => {
    throw nameWriteError(path, thrown);
  });
}

/** Reads what `writeSamples` wrote. */
export async function readSamples(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  return Float32Array.from({ length: bytes.length >> 2 }, (_, at) => bytes.readFloatLE(4 * at));
}
