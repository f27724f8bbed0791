import type { Handler } from "#endpoint/call.js";
import { isFault, parseMembers } from "#endpoint/json/members.js";
import { noted, Refusal } from "#endpoint/replies.js";
import { workerParameters } from "#protocol.js";

/** `POST job-stream/WORKER/JOB`: one chunk of a generator's output. With `sequence`, one that is sent again is kept once. */
export const jobStream: Handler = async ({ settings, store, book }, call, workerId = "", jobId = "") => {
  const sequence = sequenceOf(call.query);
  const members = parseMembers(await call.readBody());
  if (isFault(members)) throw new Refusal(400, `The chunk ${members.fault}.`);
  const output = members.get("output");
  if (output === undefined) throw new Refusal(400, "`output` is missing.");
  book.saw(workerId);
  const chunk = { output, maxBytes: settings.maxStreamBytes, ...(sequence !== undefined && { sequence }) };
  const isKept = await store.addChunk(settings.id, jobId, workerId, chunk, settings.now() + settings.leaseMs);
  if (!isKept) {
    const full = `${settings.maxStreamBytes} bytes of its chunks wait to be fetched`;
    throw new Refusal(409, `The chunk was not kept: the job has ended, or is not this worker's, or ${full}.`);
  }
  return noted;
};

function sequenceOf(query: URLSearchParams): number | undefined {
  const text = query.get(workerParameters.sequence);
  if (text === null) return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new Refusal(400, `\`${workerParameters.sequence}\` must be a whole number from 0.`);
  return Number(text);
}
