import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A webhook that came. */
export interface ReceivedWebhook {
  readonly jobId: string;
  readonly status: string;
  /** Its `webhook-id` header. */
  readonly webhookId: string;
}

/** Takes webhooks of any job. */
export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  close(): Promise<void>;
}

/** Opens a receiver on this machine, which answers 200. */
export async function openWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { id, status } = JSON.parse(await text(request)) as { readonly id: string; readonly status: string };
    received.push({ jobId: id, status, webhookId: String(request.headers["webhook-id"]) });
    response.end();
  };
  // An endpoint that was killed leaves half a request.
  const server = createServer((request, response) => void receive(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
