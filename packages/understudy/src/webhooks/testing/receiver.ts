import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A delivery as it arrived. */
export interface Arrival {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `body`, read. */
  readonly news: { readonly type: string; readonly sequence: number; readonly data: Readonly<Record<string, unknown>> };
}

/** Somebody's webhook server on loopback. */
export interface Receiver {
  readonly url: string;
  /** In order. */
  readonly arrivals: readonly Arrival[];
}

/** Starts a receiver that ends with its test. It answers 204 unless told otherwise. */
export async function openReceiver(
  answer: (response: ServerResponse, arrival: Arrival) => unknown = (response) => response.writeHead(204).end(),
): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const arrival = { headers: request.headers, body, news: JSON.parse(body) as Arrival["news"] };
      arrivals.push(arrival);
      answer(response, arrival);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=s3cret`, arrivals };
}
