import { setTimeout as sleep } from "node:timers/promises";
import type { StoreEvent } from "./job-store.js";
import type { SqlPool } from "./sql-pool.js";

/** Milliseconds between two attempts to listen again: doubled from the first to the last. */
const backOffMs = { first: 50, last: 5_000 } as const;

/**
 * Listens on one connection of the pool to what is said on a channel, until it is stopped. A connection that breaks is replaced;
 * as what was said meanwhile is lost, `{ kind: "anything" }` comes first on each new one.
 * @returns stops that and ends the connection.
 * @throws when the first connection fails.
 */
export async function listen(pool: SqlPool, name: string, emit: (event: StoreEvent) => void): Promise<() => void> {
  const stop = new AbortController();
  const open = () => openChannel(pool, name, emit, stop.signal);
  void keepOpen(await open(), open, stop.signal, () => emit({ kind: "anything" }));
  return () => stop.abort();
}

interface Channel {
  /** Fulfilled when the connection has broken or was ended. */
  readonly lost: Promise<void>;
}

async function openChannel(
  pool: SqlPool,
  name: string,
  emit: (event: StoreEvent) => void,
  signal: AbortSignal,
): Promise<Channel> {
  const client = await pool.connect();
  const { promise: lost, resolve: end } = resolvable();
  client.on("error", end);
  client.on("end", end);
  signal.addEventListener("abort", end);
  const release = async () => {
    await lost;
    signal.removeEventListener("abort", end);
    client.release(true);
  };
  void release();
  client.on("notification", ({ payload = "" }) => {
    const event = eventOf(payload);
    if (event) emit(event);
  });
  try {
    await client.query({ text: `listen ${name}` });
  } catch (error) {
    end();
    throw error;
  }
  if (signal.aborted) end();
  return { lost };
}

async function keepOpen(
  first: Channel,
  open: () => Promise<Channel>,
  signal: AbortSignal,
  onReplaced: () => void,
): Promise<void> {
  let delayMs: number = backOffMs.first;
  let channel: Channel | undefined = first;
  for (;;) {
    await channel?.lost;
    await sleep(delayMs, undefined, { ref: false, signal }).catch(() => undefined);
    if (signal.aborted) return;
    channel = await open().catch(() => undefined);
    if (channel) onReplaced();
    delayMs = channel ? backOffMs.first : Math.min(2 * delayMs, backOffMs.last);
  }
}

function resolvable(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** The event in a notification; anyone who has a connection to the database can send one. */
function eventOf(payload: string): StoreEvent | undefined {
  const said = parsed(payload);
  const [kind, endpointId, jobId, workerId] = ["kind", "endpointId", "jobId", "workerId"].map((member) => said[member]);
  if (kind === "anything") return { kind };
  if (typeof endpointId !== "string") return undefined;
  if (kind === "queued" || kind === "webhook") return { kind, endpointId };
  if (kind === "changed" && typeof jobId === "string") return { kind, endpointId, jobId };
  if (kind === "stop" && typeof workerId === "string") return { kind, endpointId, workerId };
  return undefined;
}

function parsed(payload: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(payload));
  } catch {
    return {};
  }
}
