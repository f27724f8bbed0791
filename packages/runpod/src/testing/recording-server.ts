import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createChanges, type Changes } from "./changes.js";
import { parseRequest, type RecordedRequest, type WorkerOperation } from "./recorded-request.js";
import {
  createPlatform,
  type PlatformOptions,
  type PlatformReply,
  type ScriptedPlatform,
} from "./scripted-platform.js";

/** What happens to a request instead of its proper answer. */
export type FaultAct =
  | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is reset once the request has been read. */
  | { readonly kind: "reset" }
  /** There is never an answer. */
  | { readonly kind: "hang" }
  /** The proper answer, later. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** The proper answer's head and half of its body at once, and the rest when `rest` settles. */
  | { readonly kind: "halves"; readonly rest: Promise<unknown> };

/** A fault of the next `times` requests of an operation. */
export interface Fault {
  readonly operation: WorkerOperation;
  readonly times: number;
  readonly act: FaultAct;
}

/** A stand-in for the platform that hands out jobs from a script, and records every request. */
export interface RecordingServer extends Pick<Changes, "when"> {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly platform: ScriptedPlatform;
  readonly requests: readonly RecordedRequest[];
  /** Breaks coming requests. @returns what ends that early. */
  fault(fault: Fault): () => void;
  /** Closes the port and every connection: whoever connects is refused. */
  refuse(): Promise<void>;
  /** Opens the same port again. */
  accept(): Promise<void>;
  /** Resets every connection as soon as it is made, for so long. @returns how many were made. */
  resetConnections(milliseconds: number): Promise<number>;
  close(): Promise<void>;
}

/** Starts the server on a free port of this machine. Every request gets its proper answer unless a fault was asked for. */
export async function startRecordingServer(options: PlatformOptions = {}): Promise<RecordingServer> {
  const changes = createChanges();
  const platform = createPlatform(changes, options);
  const requests: RecordedRequest[] = [];
  const faults: { operation: string; times: number; act: FaultAct }[] = [];
  const openedAt = performance.now();
  let isResetting = false;
  let connections = 0;

  const nextFault = (operation: string): FaultAct | undefined => {
    const fault = faults.find((each) => each.operation === operation && each.times > 0);
    if (fault !== undefined) fault.times -= 1;
    return fault?.act;
  };

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.once("close", changes.changed);
    const request = await parseRequest(message, performance.now() - openedAt);
    requests.push(request);
    changes.changed();
    const act = nextFault(request.operation);
    if (act?.kind === "hang") return;
    if (act?.kind === "reset") return void message.socket.resetAndDestroy();
    if (act?.kind === "delay") await sleep(act.milliseconds);
    const reply = act?.kind === "status" ? act : await platform.reply(request);
    request.status = reply.status;
    await write(response, reply, act?.kind === "halves" ? act.rest : undefined);
    changes.changed();
  };

  const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => {
    // A connection that breaks off while its body is read is a fault of the worker's side, and no request.
    void answer(message, response).catch(() => response.destroy());
  });
  server.on("connection", (socket) => {
    connections += 1;
    if (isResetting) socket.resetAndDestroy();
  });
  const accept = async (port: number): Promise<void> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const refuse = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };

  await accept(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    platform,
    requests,
    when: changes.when,
    fault: (fault) => {
      const planned = { ...fault };
      faults.push(planned);
      return () => void (planned.times = 0);
    },
    refuse,
    accept: () => accept(port),
    resetConnections: async (milliseconds) => {
      const before = connections;
      isResetting = true;
      server.closeAllConnections();
      await sleep(milliseconds);
      isResetting = false;
      return connections - before;
    },
    close: async () => {
      if (server.listening) await refuse();
    },
  };
}

async function write(
  response: ServerResponse,
  reply: PlatformReply,
  rest: Promise<unknown> | undefined,
): Promise<void> {
  const bytes = Buffer.from(reply.text ?? "");
  const length = reply.status === 204 ? {} : { "content-length": String(bytes.length) };
  response.writeHead(reply.status, { ...reply.headers, ...length });
  if (rest === undefined) return void response.end(bytes);
  const half = Math.floor(bytes.length / 2);
  response.write(bytes.subarray(0, half));
  await rest;
  response.end(bytes.subarray(half));
}
