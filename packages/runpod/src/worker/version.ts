/** Version of this package, as `package.json` has it. */
export const packageVersion = "0.1.0";

/** What this worker calls itself in requests, pings and error reports. */
export const workerVersion = `understudy-runpod/${packageVersion}`;
