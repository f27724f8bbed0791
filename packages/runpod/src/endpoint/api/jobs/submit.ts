import { randomUUID } from "node:crypto";
import type { Call, Shared } from "#endpoint/call.js";
import { Refusal } from "#endpoint/replies.js";
import type { JobRecord } from "#endpoint/stores/job-record.js";
import { idempotencyHeader } from "#protocol.js";
import { parseJobRequest } from "./job-request.js";

/** Where the hosted ids name a region. */
const idSuffix = "-l1";

/** Keeps a new job. Nothing else is done before the answer: npm `run()` gives up after 3 s (js-sdk#5). */
export async function submit(
  { settings, store }: Shared,
  call: Call,
  kind: { readonly idPrefix: string; readonly keepResultMs: number },
): Promise<JobRecord> {
  const idempotencyKey = idempotencyKeyOf(call);
  const { ttlMs, ...request } = parseJobRequest(await call.readBody(), settings.executionTimeoutMs);
  const createdAt = settings.now();
  const { job } = await store.submit({
    ...request,
    endpointId: settings.id,
    id: `${kind.idPrefix}${randomUUID()}${idSuffix}`,
    createdAt,
    expiresAt: createdAt + ttlMs,
    keepResultMs: kind.keepResultMs,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
  return job;
}

function idempotencyKeyOf(call: Call): string | undefined {
  const key = call.headers[idempotencyHeader];
  if (key === undefined || /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new Refusal(400, "`Idempotency-Key` must be 1 to 200 visible ASCII characters.");
}
