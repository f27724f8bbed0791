import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createRawServer, type AddressInfo, type Server as RawServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { parseAddressPolicy, type AddressPolicy } from "#address/address-policy.js";
import { GuardedFetchError } from "#errors.js";
import type { SelfSigned } from "./self-signed.js";

/** A server on 127.0.0.1 that ends with its test. */
export interface Loopback {
  readonly port: number;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly origin: string;
  /** Messages that arrived, in order; empty for a raw server. */
  readonly seen: readonly IncomingMessage[];
  /** Sockets that were opened. */
  readonly sockets: readonly Socket[];
}

/** Lets a test reach its own servers. */
export const loopbackPolicy: AddressPolicy = parseAddressPolicy(["loopback"]);

/** Starts an HTTP server. */
export async function serve(listener: RequestListener): Promise<Loopback> {
  const seen: IncomingMessage[] = [];
  const server = createServer((message, answer) => {
    seen.push(message);
    listener(message, answer);
  });
  return started(server, seen);
}

/** Starts an HTTPS server. */
export async function serveSecure(identity: SelfSigned, listener: RequestListener): Promise<Loopback> {
  return started(createSecureServer({ cert: identity.certificate, key: identity.privateKey }, listener), []);
}

/** Starts a server that speaks whatever the test writes. */
export async function serveRaw(onSocket: (socket: Socket) => void): Promise<Loopback> {
  return started(createRawServer(onSocket), []);
}

/** The failure of a call, which must be ours. */
export async function failureOf(call: Promise<unknown>): Promise<GuardedFetchError> {
  const thrown: unknown = await call.then(
    () => new Error("the call succeeded"),
    (error: unknown) => error,
  );
  if (thrown instanceof GuardedFetchError) return thrown;
  throw thrown;
}

async function started(server: Server | RawServer, seen: readonly IncomingMessage[]): Promise<Loopback> {
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => {
    sockets.push(socket);
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const { port } = server.address() as AddressInfo;
  return { port, origin: `http://127.0.0.1:${port}`, seen, sockets };
}
