import { openLoopbackServer } from "./loopback-server.js";
import type { FileAddresses } from "./show-cell.js";
import type { StoredAttachment } from "./model.js";

/** Where the bytes of attachments are fetched. */
export interface AttachmentFiles extends FileAddresses {
  close(): Promise<void>;
}

/**
 * Serves attachments on a port of its own, without a token, until the address expires; then 410.
 * Source: https://support.airtable.com/docs/airtable-attachment-url-behavior; the status is not documented, and seen as 403,
 * 404 and 410.
 * @param urlMs how long an address holds from when it was answered.
 */
export async function openAttachmentFiles(now: () => number, urlMs: number): Promise<AttachmentFiles> {
  const served = new Map<string, StoredAttachment>();
  const server = await openLoopbackServer((request, response) => {
    const [, expiresAt, id = ""] = /^\/v3\/u\/(\d+)\/([^/]+)\//.exec(request.url ?? "") ?? [];
    const attachment = served.get(id);
    if (expiresAt === undefined || attachment === undefined || !("bytes" in attachment.from)) {
      response.writeHead(404).end();
    } else if (now() >= Number(expiresAt)) {
      response.writeHead(410).end("This URL has expired");
    } else {
      const { bytes } = attachment.from;
      response.writeHead(200, { "content-type": attachment.mediaType, "content-length": bytes.byteLength }).end(bytes);
    }
  });
  return {
    urlOf(attachment) {
      if ("url" in attachment.from) {
        return attachment.from.url;
      }
      served.set(attachment.id, attachment);
      const expiresAt = Math.ceil(now() + urlMs);
      return `${server.url}/v3/u/${expiresAt}/${attachment.id}/${encodeURIComponent(attachment.fileName)}`;
    },
    close: () => server.close(),
  };
}
