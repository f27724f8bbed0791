import type { LinkPresentation } from "./bucket.js";

/** How a browser treats a file and calls it (RFC 6266); names outside of ASCII are given twice (RFC 8187). */
export function contentDisposition({ isDownload, fileName }: LinkPresentation): string {
  const plain = fileName.replaceAll(/[^ -~]|["\\%]/g, "_");
  const encoded = encodeURIComponent(Buffer.from(fileName).toString()).replaceAll(/['()*]/g, percent);
  const extended = plain === fileName ? "" : `; filename*=UTF-8''${encoded}`;
  return `${isDownload ? "attachment" : "inline"}; filename="${plain}"${extended}`;
}

/** What encodeURIComponent leaves and RFC 8187 does not. */
function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
