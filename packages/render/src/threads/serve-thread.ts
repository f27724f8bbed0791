import { parentPort, workerData } from "node:worker_threads";
import { toUnderstudyError } from "#model/errors.js";
import type { CancelMessage, ThreadMessage } from "./thread-messages.js";

/** The other end of `runInThread`: does the work, says what came of it, and lets the thread end. */
export async function serveThread<Work, Progress, Result>(
  main: (work: Work, signal: AbortSignal, onProgress: (progress: Progress) => void) => Promise<Result>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("this file runs as a worker thread only");
  const controller = new AbortController();
  port.on("message", (message: CancelMessage) => {
    if (message.kind === "cancel") controller.abort();
  });
  const say = (message: ThreadMessage<Progress, Result>) => port.postMessage(message);
  try {
    const result = await main(workerData as Work, controller.signal, (progress) => say({ kind: "progress", progress }));
    say({ kind: "done", result });
  } catch (thrown) {
    const { code, message, hint, stack } = toUnderstudyError(thrown);
    say({ kind: "failed", code, message, hint, ...(stack === undefined ? {} : { stack }) });
  } finally {
    port.close();
  }
}
