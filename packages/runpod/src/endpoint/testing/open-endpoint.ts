import { onTestFinished } from "vitest";
import { createEndpoint } from "#endpoint/create-endpoint.js";
import type { Endpoint, EndpointOptions } from "#endpoint/endpoint.js";
import { BodyTooLarge, type EndpointReply } from "#endpoint/http.js";
import type { JobStore } from "#endpoint/stores/job-store.js";
import { createMemoryStore } from "#endpoint/stores/memory-store.js";

/** What a test may say of a request beyond its method and path. */
export interface Asking {
  readonly body?: unknown;
  /** Sent as it is. */
  readonly rawBody?: string | Uint8Array;
  /** Default the endpoint's first key. */
  readonly authorization?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** An answer as a test looks at it. */
export interface Answer extends EndpointReply {
  /** The body parsed; undefined where there is none. */
  readonly json: any; // oxlint-disable-line typescript/no-explicit-any -- tests look into it freely
}

/** An endpoint under test, with a clock that only the test moves. */
export interface TestEndpoint {
  readonly endpoint: Endpoint;
  readonly store: JobStore;
  readonly clock: { now: number };
  readonly lines: string[];
  ask(method: string, path: string, asking?: Asking): Promise<Answer>;
  /** Keeps a job. @returns its id. */
  submit(input?: unknown, members?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Lets a worker take one job. @returns its id. */
  take(workerId: string): Promise<string>;
}

/** Opens an endpoint `e` with the key `k`, in memory; it is closed when the test has ended. */
export function openEndpoint(options: Partial<EndpointOptions> = {}): TestEndpoint {
  const store = options.store ?? createMemoryStore();
  const clock = { now: 1_000_000 };
  const lines: string[] = [];
  const endpoint = createEndpoint({
    id: "e",
    keys: ["k"],
    pollMs: 30,
    sweepMs: 3_600_000,
    now: () => clock.now,
    log: (line) => lines.push(line),
    ...options,
    store,
  });
  onTestFinished(() => endpoint.close());
  const ask: TestEndpoint["ask"] = async (method, path, asking = {}) => {
    const text = asking.rawBody ?? (asking.body === undefined ? "" : JSON.stringify(asking.body));
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    const reply = await endpoint.handle({
      method,
      url: `/v2/e/${path}`,
      headers: {
        authorization: asking.authorization ?? "Bearer k",
        "content-length": String(bytes.length),
        ...asking.headers,
      },
      signal: asking.signal ?? new AbortController().signal,
      readBody: async (maxBytes) => {
        if (bytes.length > maxBytes) throw new BodyTooLarge(maxBytes);
        return bytes;
      },
    });
    return { ...reply, json: reply.body === undefined ? undefined : JSON.parse(reply.body) };
  };
  return {
    endpoint,
    store,
    clock,
    lines,
    ask,
    submit: async (input = {}, members = {}) => (await ask("POST", "run", { body: { input, ...members } })).json.id,
    take: async (workerId) => (await ask("GET", `job-take/${workerId}?`)).json.id,
  };
}
