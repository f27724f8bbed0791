import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEndpoint, createMemoryStore, listenEndpoints } from "@understudy/runpod/endpoint";
import { workerEnvironment } from "@understudy/runpod/protocol";
import { serve, type Handler } from "@understudy/runpod/worker";

/** An endpoint in memory with one worker behind it, on this machine. */
export interface VoiceLab {
  /** The endpoint's whole URL. */
  readonly endpoint: string;
  readonly apiKey: string;
  close(): Promise<void>;
}

/** Opens an endpoint whose jobs a handler does. */
export async function openVoiceLab(handler: Handler): Promise<VoiceLab> {
  const apiKey = "lab-key";
  const store = createMemoryStore();
  const endpoint = createEndpoint({ id: "voice", store, keys: [apiKey] });
  const server = await listenEndpoints({ endpoints: [endpoint] });
  const spoolFolder = await mkdtemp(join(tmpdir(), "understudy-voice-"));
  const stop = new AbortController();
  const address = { serverUrl: server.url, endpointId: "voice", workerId: "w1", apiKey, pingIntervalMs: 1000 };
  const worker = serve({
    handler,
    argv: [],
    env: workerEnvironment(address),
    spoolFolder,
    signal: stop.signal,
    graceMs: 1,
    log: () => undefined,
  });
  return {
    endpoint: `${server.url}/v2/voice`,
    apiKey,
    async close() {
      stop.abort();
      await worker;
      await server.close();
      await endpoint.close();
      await store.close();
      await rm(spoolFolder, { recursive: true, force: true });
    },
  };
}
