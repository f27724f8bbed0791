import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as SecureAgent, request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { GuardedFetchError } from "#errors.js";
import { hostOf, type GuardedUrl } from "#url.js";
import { waitFor } from "./deadline.js";
import { toFailure } from "./failure.js";
import type { Guards } from "./guards.js";
import type { Headers } from "./headers.js";

/** One message to one server. */
export interface Hop {
  readonly url: GuardedUrl;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | Uint8Array | undefined;
}

/**
 * Sends one message on a connection of its own and answers with the head of what comes back; its body is still to be read
 * or destroyed. The socket goes to a checked address and nowhere else: Node asks the `lookup` below, never DNS. TLS name and
 * Host header stay the URL's. A fresh agent knows no proxy, whatever the environment or the program's global agent says.
 */
export async function exchange(hop: Hop, guards: Guards): Promise<IncomingMessage> {
  const host = hostOf(hop.url);
  const { connectMs, idleMs } = guards.limits;
  const { signal } = guards.deadline;
  const slow = (what: string, ms: number, status?: number) =>
    new GuardedFetchError("too-slow", `${host} ${what} for ${ms} ms.`, { status });

  const resolving = guards.addressesOf(host);
  const addresses = await waitFor(resolving, connectMs, signal, () => slow("was not resolved", connectMs));

  return new Promise((resolve, reject) => {
    const request = open(hop, host, addresses, guards);
    let answer: IncomingMessage | undefined;
    const fail = (error: unknown): void => {
      reject(toFailure(error, host));
      // What a server sends after its answer is over does not spoil the answer.
      if (answer?.complete === false) answer.destroy(toFailure(error, host, answer.statusCode));
    };

    const connecting = setTimeout(() => request.destroy(slow("let no connection through", connectMs)), connectMs);
    request.once("socket", (socket) => {
      socket.once(hop.url.startsWith("https:") ? "secureConnect" : "connect", () => clearTimeout(connecting));
    });
    request.setTimeout(idleMs, () => (answer ?? request).destroy(slow("was silent", idleMs, answer?.statusCode)));
    request.once("response", (response) => {
      answer = response;
      resolve(response);
    });
    request.on("error", fail);
    request.once("close", () => {
      clearTimeout(connecting);
      reject(toFailure(undefined, host)); // neither answer nor error: an upgrade (101) that nobody asked for
    });
    request.end(hop.body);
  });
}

function open(hop: Hop, host: string, addresses: readonly string[], guards: Guards): ClientRequest {
  const { port, pathname, search } = new URL(hop.url);
  const shared = {
    host,
    ...(port === "" ? {} : { port }),
    path: pathname + search,
    method: hop.method,
    headers: hop.headers,
    lookup: pinnedLookup(addresses),
    signal: guards.deadline.signal,
  };
  if (hop.url.startsWith("http:")) return httpRequest({ ...shared, agent: new Agent() });
  return httpsRequest({
    ...shared,
    agent: new SecureAgent(),
    rejectUnauthorized: true, // even under NODE_TLS_REJECT_UNAUTHORIZED=0
    ...(guards.certificateAuthority === undefined ? {} : { ca: guards.certificateAuthority }),
  });
}

/** With `all`, Node tries the addresses in turn (Happy Eyeballs). */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const pinned = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name, options, callback) => {
    const [first] = pinned;
    if (options.all === true) callback(null, pinned);
    else if (first !== undefined) callback(null, first.address, first.family);
  };
}
