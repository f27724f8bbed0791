import type { Handler } from "#endpoint/call.js";
import { ok } from "#endpoint/replies.js";
import { replyText } from "#endpoint/state-view.js";
import { hostedLimits } from "#protocol.js";
import { submit } from "./submit.js";

/** `POST /run`: keeps the job and says its id. */
export const run: Handler = async (shared, call) =>
  ok(replyText(await submit(shared, call, { idPrefix: "", keepResultMs: hostedLimits.runResultMs })));
