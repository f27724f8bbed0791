import type { Handler } from "#endpoint/call.js";
import { ok } from "#endpoint/replies.js";
import type { PurgeReply } from "#protocol.js";

/** `POST /purge-queue`: removes the jobs that wait. */
export const purgeQueue: Handler = async ({ settings, store }) => {
  const reply: PurgeReply = { removed: await store.purge(settings.id), status: "completed" };
  return ok(JSON.stringify(reply));
};
