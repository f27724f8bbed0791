import { parseUrl } from "@understudy/guarded-fetch/parse-url";
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createEndpoint } from "#endpoint/create-endpoint.js";
import type { Endpoint } from "#endpoint/endpoint.js";
import { over, requestOf, send } from "#endpoint/exchange.js";
import { listenEndpoints } from "#endpoint/listen.js";
import { errorReply } from "#endpoint/replies.js";
import { createMemoryStore } from "#endpoint/stores/memory-store.js";
import { isLoopback } from "#http/loopback.js";
import { apiPrefix, jobOperations, workerEnvironment, workerFlags, workerTiming } from "#protocol.js";
import type { Flags } from "#worker/flags.js";
import type { ServeOptions } from "#worker/serve-options.js";
import { serve } from "#worker/serve.js";

/** Name of the one endpoint; paths do without it. */
const endpointId = "local";

/**
 * Serves a handler as a local API: `/run`, `/runsync`, `/status/ID` and all the others, without a key, by an endpoint in memory
 * and this worker in one process. Unlike the SDK's, `/run` runs the job (runpod-python#335, #409, #410).
 * @returns the exit status.
 */
export async function serveLocal(
  { log, ...options }: ServeOptions & Required<Pick<ServeOptions, "log">>,
  flags: Flags,
): Promise<number> {
  const key = randomBytes(24).toString("base64url");
  const endpoint = createEndpoint({ id: endpointId, store: createMemoryStore(), keys: [key] });
  const { apiHost: host, apiPort: port } = flags;
  const extra = (request: IncomingMessage, response: ServerResponse): boolean =>
    answer(endpoint, key, request, response);
  const server = await listenEndpoints({ endpoints: [endpoint], host, port, extra }).catch((thrown: Error) => thrown);
  if (server instanceof Error) {
    await endpoint.close();
    log({ level: "error", message: `Port ${port} of ${host} cannot be had; ${workerFlags.apiPort} chooses another.` });
    return 1;
  }
  log({ level: "info", message: `Serving ${server.url}: POST /${jobOperations.run} or /${jobOperations.runSync}.` });
  const env = {
    ...(options.env ?? process.env),
    ...workerEnvironment({
      serverUrl: server.url,
      endpointId,
      workerId: endpointId,
      apiKey: key,
      pingIntervalMs: workerTiming.defaultPingIntervalMs,
    }),
  };
  try {
    return await serve({ concurrency: flags.apiConcurrency, ...options, log, env, argv: [] });
  } finally {
    await endpoint.close();
    await server.close();
  }
}

const operations: ReadonlySet<string> = new Set(Object.values(jobOperations));

/** Pages of other machines must not run the handler, for which nobody needs a key; browsers say whose page it is that asks. */
function isForeignPage({ headers: { origin } }: IncomingMessage): boolean {
  if (origin === undefined) return false;
  return !isLoopback(parseUrl(origin)?.hostname ?? "");
}

/** Answers `/OPERATION...` as `/v2/local/OPERATION...`, as if with the key. */
function answer(endpoint: Endpoint, key: string, request: IncomingMessage, response: ServerResponse): boolean {
  const path = request.url ?? "";
  if (!operations.has(path.split(/[/?]/, 2)[1] ?? "")) return false;
  if (isForeignPage(request)) {
    send(errorReply(403, "Pages of other machines may not use this local API."), request, response);
    return true;
  }
  const hungUp = new AbortController();
  response.once("close", () => hungUp.abort(over));
  const asked = requestOf(request, response, hungUp.signal);
  const headers = { ...asked.headers, authorization: key };
  const url = `/${apiPrefix}/${endpointId}${path}`;
  void endpoint.handle({ ...asked, url, headers }).then((reply) => send(reply, request, response));
  return true;
}
