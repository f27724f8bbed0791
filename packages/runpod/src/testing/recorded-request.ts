import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { workerOperations } from "#protocol.js";

/** First word of a worker's request below its endpoint. */
export type WorkerOperation = (typeof workerOperations)[keyof typeof workerOperations];

/** A request as it came over the wire. */
export interface RecordedRequest {
  /** Milliseconds since the server was started. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** As they came, decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Lower-case names; a header that came twice has both values, separated by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly operation: string;
  readonly workerId: string;
  readonly jobId?: string;
  /** What it was answered; undefined while it is held, and for good when the connection was broken off. */
  status: number | undefined;
  /** Whether whoever asked has hung up. */
  isClosed(): boolean;
}

/** Reads a request whole and takes its path apart: `/v2/ENDPOINT/OPERATION/WORKER[/JOB]`. */
export async function parseRequest(message: IncomingMessage, at: number): Promise<RecordedRequest> {
  const { method = "", url = "", headers, socket } = message;
  const { pathname, searchParams } = new URL(url, "http://server.invalid");
  const [, , , operation = "", workerId = "", jobId] = pathname.split("/").map(decodeURIComponent);
  return {
    at,
    method,
    path: pathname,
    query: [...searchParams],
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: await text(message),
    operation,
    workerId,
    ...(jobId !== undefined && { jobId }),
    status: undefined,
    isClosed: () => socket.destroyed,
  };
}
