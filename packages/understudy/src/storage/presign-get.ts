import { createHash, createHmac } from "node:crypto";
import type { BucketSettings } from "./bucket-settings.js";

/**
 * An address that lets anybody read one object for a while: AWS Signature Version 4 in the query ("Authenticating Requests:
 * Using Query Parameters"). The SDK's own presigner is one more package for these lines.
 * @param url of the object, its path percent-encoded already.
 * @param seconds 1 to 604 800, seven days, the most that the signature allows.
 */
export function presignGet(
  url: string,
  { region, accessKeyId, secretAccessKey }: Pick<BucketSettings, "region" | "accessKeyId" | "secretAccessKey">,
  { seconds, now }: { readonly seconds: number; readonly now: Date },
): string {
  const { host, pathname, origin } = new URL(url);
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  // Sorted by name, as the signature wants them.
  const query = Object.entries({
    "X-Amz-Algorithm": algorithm,
    "X-Amz-Credential": `${accessKeyId}/${scope}`,
    "X-Amz-Date": time,
    "X-Amz-Expires": String(seconds),
    "X-Amz-SignedHeaders": "host",
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  const request = ["GET", pathname, query, `host:${host}`, "", "host", "UNSIGNED-PAYLOAD"].join("\n");
  const hash = createHash("sha256").update(request).digest("hex");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(key, [algorithm, time, scope, hash].join("\n")).toString("hex");
  return `${origin}${pathname}?${query}&X-Amz-Signature=${signature}`;
}

const algorithm = "AWS4-HMAC-SHA256";

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
