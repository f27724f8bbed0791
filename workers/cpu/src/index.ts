import { createCpuWorker } from "./create-cpu-worker.js";

/** What `understudy worker --handler workers/cpu/dist/index.js` runs. */
const worker = await createCpuWorker({ env: process.env, cwd: process.cwd() });

// oxlint-disable-next-line import/no-default-export -- the worker's loader asks for one
export default worker;
