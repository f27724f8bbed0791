// Decodes and encodes one region and touches no pixel: the least that any face engine must spend.
import { workerData } from "node:worker_threads";
import { createNodeAvIo, openRegionReader, openRegionWriter } from "../packages/render/dist/media/index.js";

const task = { ...workerData, io: createNodeAvIo() };
const reader = await openRegionReader(task);
const writer = await openRegionWriter(task);
for await (const frame of reader) {
  await writer.write(frame);
  frame.release();
}
await writer.finish();
await writer.close();
reader.close();
