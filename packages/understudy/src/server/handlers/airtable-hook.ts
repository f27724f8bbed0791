import { z } from "@hono/zod-openapi";
import { UnderstudyError } from "@understudy/render";
import { createRateLimiter, rateHeaders } from "#access/rate-limit.js";
import { verifyHookMac } from "#connectors/airtable/client/hook-mac.js";
import { createConnectionList } from "#connectors/airtable/connections/postgres-connection-list.js";
import { openRoute, problemResponse, type AddRoutes } from "#server/api.js";
import { addressOf } from "#server/gate.js";
import { Refusal } from "#server/refusal.js";

/** A notification has about 150 bytes. */
const maxBytes = 4096;

/** What a signature looks like: for what is none, nothing is looked up. */
const macForm = /^hmac-sha256=[0-9a-f]{64}$/;

/** Notifications without a right that one address may send each minute. */
const guessesPerMinute = 30;

const notify = openRoute({
  method: "post",
  path: "/hooks/airtable/{id}",
  tags: ["airtable"],
  summary: "Airtable tells that a connected table has changed",
  description:
    "Sent by Airtable alone: the body is signed (`X-Airtable-Content-MAC`) with a secret that Airtable told when the webhook was made. It says that there is news, and not what.",
  request: {
    params: z.object({ id: z.string().max(100).openapi({ example: "airtable_0123456789abcdef" }) }),
  },
  responses: {
    204: { description: "It was heard." },
    401: { ...problemResponse, description: "Airtable did not send this." },
    413: { ...problemResponse, description: "Airtable sends less." },
    429: { ...problemResponse, description: "There were too many that Airtable did not send." },
  },
});

/** `/hooks/airtable`: what Airtable tells. */
export const addAirtableHookRoutes: AddRoutes = (api, { database, now }) => {
  const connections = createConnectionList({ pool: database.pool, now });
  const limiter = createRateLimiter();

  api.openapi(notify, async (context) => {
    const body = new Uint8Array(await context.req.arrayBuffer());
    if (body.byteLength > maxBytes)
      throw new Refusal(413, "input-too-large", `A notification has at most ${maxBytes} bytes.`);
    const mac = context.req.header("x-airtable-content-mac") ?? "";
    const connection = macForm.test(mac) ? await connections.get(context.req.valid("param").id) : undefined;
    // The same answer whether there is such a connection or not.
    if (connection?.hook === undefined || !verifyHookMac(body, mac, connection.hook.macSecretBase64)) {
      const verdict = limiter.take(`address ${addressOf(context)}`, guessesPerMinute);
      Object.assign(context.get("answerHeaders"), rateHeaders(verdict));
      if (verdict.isAdmitted) throw new UnderstudyError("unauthorized", "This is no notification of Airtable's.");
      throw new UnderstudyError("rate-limited", `The next one is heard in ${verdict.waitSeconds} s.`);
    }
    await connections.tellNews(connection.id);
    return context.body(null, 204);
  });
};
