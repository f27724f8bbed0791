import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashFile } from "@understudy/render";
import { expect, onTestFinished, test } from "vitest";
import { UploadRefused } from "./bucket.js";
import type { BucketSettings } from "./bucket-settings.js";
import { createS3Bucket } from "./s3-bucket.js";

const signal = new AbortController().signal;

/** A service that answers as it is told, and what it was asked. */
async function serviceThat(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  more: Partial<BucketSettings> = {},
) {
  const asked: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
  }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
      answer(request, response, body);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const folder = await mkdtemp(join(tmpdir(), "understudy-s3-"));
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });
  const path = join(folder, "a.mp4");
  await writeFile(path, "a video");
  const file = { ...(await hashFile(path, { maxBytes: 100 })), path, mediaType: "video/mp4" };
  const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "s3cret" };
  return {
    bucket: createS3Bucket({ endpointUrl, bucket: "b", prefix: "", region: "us-east-1", ...keys, ...more }),
    asked,
    file,
  };
}

test("an upload is one signed PUT with length, type and digest, without an access list; its size is asked for", async () => {
  const { bucket, asked, file } = await serviceThat((request, response) =>
    response.writeHead(200, request.method === "HEAD" ? { "content-length": 7 } : {}).end(),
  );
  await bucket.put("secret/a.mp4", file, signal);
  const [put, head] = asked;
  expect(asked.map(({ method }) => method)).toEqual(["PUT", "HEAD"]);
  expect(put).toMatchObject({ body: "a video", headers: { "content-length": "7", "content-type": "video/mp4" } });
  const digest = Buffer.from(file.sha256, "hex").toString("base64");
  expect(put?.headers["x-amz-checksum-sha256"]).toBe(digest);
  expect(Object.keys(put?.headers ?? {}).join()).not.toContain("acl");
  expect(head?.headers.authorization).toContain("AWS4-HMAC-SHA256");
});

test("a service that stumbles is asked again with the whole file", async () => {
  let count = 0;
  const { bucket, asked, file } = await serviceThat((request, response) => {
    count += 1;
    response.writeHead(count === 1 ? 503 : 200, request.method === "HEAD" ? { "content-length": 7 } : {}).end();
  });
  await bucket.put("secret/a.mp4", file, signal);
  expect(asked.filter(({ method }) => method === "PUT").map(({ body }) => body)).toEqual(["a video", "a video"]);
});

test("a refusal is told once, by name and status, without the key, the address or what the service says", async () => {
  const { bucket, asked, file } = await serviceThat((_request, response) =>
    response.writeHead(403).end("<Error><Code>AccessDenied</Code><Message>AKIAEXAMPLE may not</Message></Error>"),
  );
  const refused = bucket.put("secret/a.mp4", file, signal);
  await expect(refused).rejects.toMatchObject({
    code: "upload-failed",
    message: "The bucket refused or did not answer (AccessDenied, status 403).",
  });
  await expect(refused).rejects.toBeInstanceOf(UploadRefused);
  expect(asked).toHaveLength(1);
});

test("after an answer that says nothing certain, the object may be there all the same", async () => {
  let count = 0;
  const { bucket, file } = await serviceThat((_request, response) => response.writeHead(count++ ? 403 : 503).end());
  const failed = bucket.put("secret/a.mp4", file, signal);
  await expect(failed).rejects.toMatchObject({ code: "upload-failed" });
  await expect(failed).rejects.not.toBeInstanceOf(UploadRefused);
});

test("an object of another size is a failed upload", async () => {
  const { bucket, file } = await serviceThat((request, response) =>
    response.writeHead(200, request.method === "HEAD" ? { "content-length": 3 } : {}).end(),
  );
  await expect(bucket.put("secret/a.mp4", file, signal)).rejects.toThrow(
    "Of 7 bytes that were uploaded, the object has 3",
  );
});

test("what is not there has no size and is removed without an error", async () => {
  const { bucket } = await serviceThat((_request, response) => response.writeHead(404).end());
  expect(await bucket.byteLength("secret/a.mp4")).toBeUndefined();
  await expect(bucket.remove("secret/a.mp4")).resolves.toBeUndefined();
});

test("a cancelled upload ends with the reason", async () => {
  const controller = new AbortController();
  const { bucket, file } = await serviceThat(() => controller.abort(new Error("stopped")));
  await expect(bucket.put("secret/a.mp4", file, controller.signal)).rejects.toThrow("stopped");
});

test("a link is signed for one object and a span of time, without the key that signs", async () => {
  const { bucket } = await serviceThat(() => undefined);
  const url = new URL(await bucket.linkTo("secret/a.mp4", 604_800));
  expect(`${url.origin}${url.pathname}`).toBe(`${bucket.endpointUrl}/b/secret/a.mp4`);
  expect(url.searchParams.get("X-Amz-Expires")).toBe("604800");
  expect(url.searchParams.get("X-Amz-Signature")).toMatch(/^[0-9a-f]{64}$/);
  expect(url.href).not.toContain("s3cret");
});

test("what is put is encrypted by the service when the settings say so, and never public", async () => {
  const encryption = { algorithm: "aws:kms", kmsKeyId: "alias/ours" } as const;
  const { bucket, asked, file } = await serviceThat(
    (request, response) => response.writeHead(200, request.method === "HEAD" ? { "content-length": 7 } : {}).end(),
    { encryption },
  );
  await bucket.put("secret/a.mp4", file, signal);
  expect(asked[0]?.headers).toMatchObject({
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": "alias/ours",
    "x-amz-meta-sha256": file.sha256,
  });
});

test("an object of the same size that is another file is a failed upload", async () => {
  const { bucket, file } = await serviceThat((request, response) =>
    response
      .writeHead(200, request.method === "HEAD" ? { "content-length": 7, "x-amz-meta-sha256": "0".repeat(64) } : {})
      .end(),
  );
  await expect(bucket.put("secret/a.mp4", file, signal)).rejects.toMatchObject({ code: "upload-failed" });
});

test("a large file whose part is refused leaves no unfinished upload", async () => {
  const { bucket, asked, file } = await serviceThat((request, response) => {
    if (request.method === "PUT") return response.writeHead(403).end();
    const isNew = request.method === "POST" && request.url?.includes("?uploads") === true;
    const text = isNew ? "<R><UploadId>u1</UploadId></R>" : "<R><IsTruncated>false</IsTruncated></R>";
    return response.writeHead(request.method === "DELETE" ? 204 : 200).end(request.method === "DELETE" ? "" : text);
  });
  await truncate(file.path, 17 << 20);
  const large = { ...file, ...(await hashFile(file.path, { maxBytes: 20 << 20 })) };
  await expect(bucket.put("secret/a.mp4", large, signal)).rejects.toBeInstanceOf(UploadRefused);
  expect(asked.map(({ method }) => method)).toEqual(["GET", "POST", "PUT", "DELETE"]);
  expect(asked.at(-1)?.url).toContain("uploadId=u1");
  expect(JSON.stringify(asked.map(({ headers }) => headers))).not.toContain("acl");
});
