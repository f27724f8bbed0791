import { request as requestHttp } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { workerParameters } from "#protocol.js";
import { withQuery } from "./worker-urls.js";

/** What the thread that sends signs of life is started with. */
export interface PingStart {
  readonly url: string;
  readonly apiKey: string;
  readonly intervalMs: number;
  readonly version: string;
}

/** What it is told whenever a job comes or goes. */
export type PingNews = readonly string[];

const start = workerData as PingStart;
const request = start.url.startsWith("https:") ? (await import("node:https")).request : requestHttp;
let jobIds: PingNews = [];
parentPort?.on("message", (news: PingNews) => {
  jobIds = news;
});
ping();
setInterval(ping, start.intervalMs);

/** Any answer will do; a ping that fails, or whose answer drips, is followed by the next one. */
function ping(): void {
  const url = withQuery(start.url, {
    ...(jobIds.length > 0 && { [workerParameters.jobIds]: jobIds.join(",") }),
    [workerParameters.version]: start.version,
  });
  const headers = { authorization: start.apiKey, "user-agent": start.version };
  const outgoing = request(url, { headers });
  const limit = setTimeout(() => outgoing.destroy(), 2 * start.intervalMs);
  outgoing.once("close", () => clearTimeout(limit));
  outgoing.on("error", () => undefined);
  outgoing.on("response", (response) => response.on("error", () => undefined).resume());
  outgoing.end();
}
