import { createClient, type ClientOptions } from "#client/create-client.js";
import { playScript, type Step } from "./script-server.js";
import { testClock } from "./test-clock.js";

/** The key of every test's client. */
export const testKey = "rpa_SECRET0123456789";

/** A server that plays a script, a client of it, and the clock between them; `close` when done. */
export async function scriptedClient<Output = unknown, Chunk = unknown>(
  script: Readonly<Record<string, readonly Step[]>>,
  options: Partial<ClientOptions<Output, Chunk>> = {},
) {
  const server = await playScript(script);
  const clock = testClock();
  const client = createClient<unknown, Output, Chunk>({
    endpoint: server.url,
    key: testKey,
    env: {},
    clock,
    ...options,
  });
  return { server, client, clock };
}

/** An answer with a job named `j`. */
export function jobStep(status: string, more: Readonly<Record<string, unknown>> = {}): Step {
  return { json: { id: "j", status, ...more } };
}

/** What a promise was rejected with. */
export function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}
