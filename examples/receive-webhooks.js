// Receives webhooks of the service, checks their signatures as the Standard Webhooks specification says, and prints what they tell.
// Usage: WEBHOOK_SECRET=whsec_... node examples/receive-webhooks.js [PORT, default 8030]
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const key = Buffer.from((process.env.WEBHOOK_SECRET ?? "").replace(/^whsec_/, ""), "base64");
const port = Number(process.argv[2] ?? 8030);

createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  if (!isSigned(request.headers, body)) {
    console.log("refused: no valid signature");
    return response.writeHead(401).end();
  }
  // The same message may arrive twice: its id says so. A real receiver keeps the ids of a day.
  console.log(request.headers["webhook-id"], body.toString());
  response.writeHead(204).end();
}).listen(port, "127.0.0.1", () => console.log(`waiting at http://127.0.0.1:${port}`));

function isSigned(headers, body) {
  const { "webhook-id": id = "", "webhook-timestamp": seconds = "", "webhook-signature": signatures = "" } = headers;
  // Older than five minutes: somebody sends it again who only listened.
  if (Math.abs(Date.now() / 1000 - Number(seconds)) > 300) return false;
  const expected = createHmac("sha256", key).update(`${id}.${seconds}.`).update(body).digest();
  return signatures.split(" ").some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
