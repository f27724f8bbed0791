import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { fetchTimestamp } from "./timestamp.js";
import { noSignal } from "./testing/test-order.js";

/** URL of a server on this machine that answers so. */
async function authority(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const digest = new Uint8Array(32).fill(7);

test("only the digest is sent, as an RFC 3161 query that asks for the certificate", async () => {
  let query = Buffer.alloc(0);
  let type: string | undefined;
  const url = await authority((request, response) => {
    type = request.headers["content-type"];
    request.on("data", (chunk: Buffer) => (query = Buffer.concat([query, chunk]))).on("end", () => response.end());
  });
  await expect(fetchTimestamp(url, digest, noSignal)).rejects.toMatchObject({ code: "timestamp-failed" });
  expect(type).toBe("application/timestamp-query");
  expect(query.includes(Buffer.from(digest))).toBe(true);
  expect(query.length).toBeLessThan(80);
});

test.each([
  { what: "an error", answer: { status: 500 }, message: "answered with status 500" },
  { what: "a redirect elsewhere", answer: { status: 302 }, message: "could not be reached, or sent us elsewhere" },
  { what: "too much", answer: { body: "x".repeat(70_000) }, message: "sent more than 64000 bytes" },
  { what: "nonsense", answer: { body: "hello" }, message: "sent what is no timestamp" },
  { what: "nothing", answer: { body: "" }, message: "sent what is no timestamp" },
  { what: "a refusal", answer: { body: Buffer.from("30053003020102", "hex") }, message: "refused (status 2)" },
])("an authority that answers with $what fails the timestamp", async ({ answer, message }) => {
  const { status = 200, body = "" } = answer as { status?: number; body?: string | Buffer };
  const url = await authority((_, response) => {
    response.writeHead(status, status === 302 ? { location: "http://127.0.0.1:9/" } : {}).end(body);
  });
  await expect(fetchTimestamp(url, digest, noSignal)).rejects.toMatchObject({
    code: "timestamp-failed",
    message: `The timestamp authority ${message}.`,
  });
});

test("an authority that is not there fails the timestamp", async () => {
  await expect(fetchTimestamp("http://127.0.0.1:9/", digest, noSignal)).rejects.toMatchObject({
    code: "timestamp-failed",
    retryable: true,
  });
});

test("a cancel ends the wait with its own reason", async () => {
  const controller = new AbortController();
  const url = await authority(() => controller.abort(new Error("stop")));
  await expect(fetchTimestamp(url, digest, controller.signal)).rejects.toThrow("stop");
});
