import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";

/** Runs all networks once in a thread that ends by itself, with its networks given back or not. */
const source = (release: boolean) => `
  import(${JSON.stringify(new URL("../../dist/nets/face-nets.js", import.meta.url).href)}).then(async ({ leaseFaceNets }) => {
    const nets = leaseFaceNets();
    const picture = { widthPixels: 64, heightPixels: 64, rgb: new Uint8Array(64 * 64 * 3) };
    const [detector, landmarks, embedder] = await Promise.all([nets.detector(), nets.landmarks(), nets.embedder()]);
    await detector.detect(picture);
    const { mesh } = await landmarks.read(picture, { centerX: 32, centerY: 32, sizePixels: 64, angleRadians: 0 });
    await embedder.embed(picture, mesh);
    if (${release}) nets.release();
  });`;

const runThread = (release: boolean): Promise<number> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(source(release), { eval: true, execArgv: [] });
    worker.on("exit", resolve);
    worker.on("error", reject);
  });

test("threads come and go, and give the memory of their networks back", async () => {
  const rounds = async (count: number): Promise<number> => {
    for (let n = 0; n < count; n++) {
      expect(await Promise.all([runThread(true), runThread(false)])).toEqual([0, 0]);
    }
    return process.memoryUsage().rss / 1e6;
  };
  const before = await rounds(4);
  // One thread's networks are some 60 MB: a leak would be 500 MB and more.
  expect(await rounds(8)).toBeLessThan(before + 120);
});
