import { workerParameters } from "#protocol.js";
import { deliver, refusalInWords, type Delivery } from "./deliver.js";
import type { Log } from "./log.js";
import type { Pace } from "./seams.js";
import type { Sender } from "./send.js";
import type { EndpointSettings } from "./settings.js";
import type { Spool, SpooledResult } from "./spool.js";
import { withQuery } from "./worker-urls.js";

/** What delivering results needs. */
export interface Mail {
  readonly settings: EndpointSettings;
  readonly sender: Sender;
  readonly spool: Spool;
  readonly pace: Pace;
  readonly deadlineMs: number;
  readonly log: Log;
}

/** Delivers a result; it lies in the spool from before the first attempt until the endpoint has taken or refused it. */
export async function deliverResult(result: SpooledResult, mail: Mail, giveUp: AbortSignal): Promise<void> {
  mail.spool.keep(result);
  const delivery = await offer(result, mail, giveUp);
  if (delivery.kind !== "undelivered") mail.spool.forget(result.jobId);
}

/** Delivers, one by one, what workers of this endpoint left in the spool when they were killed. */
export async function deliverLeftovers(mail: Mail, giveUp: AbortSignal): Promise<void> {
  for (const leftover of await mail.spool.adopt()) {
    if (giveUp.aborted) return;
    const result = await leftover.read();
    if (result === undefined) continue;
    mail.log({ level: "info", message: "Sending the result that an ended worker left.", jobId: result.jobId });
    const delivery = await offer(result, mail, giveUp);
    if (delivery.kind !== "undelivered") await leftover.remove();
  }
}

async function offer(result: SpooledResult, mail: Mail, giveUp: AbortSignal): Promise<Delivery> {
  const { settings, sender, pace, deadlineMs, log } = mail;
  const { jobId, workerId, isStream, body } = result;
  const url = withQuery(settings.doneUrl(jobId, workerId), { [workerParameters.isStream]: String(isStream) });
  const delivery = await deliver({ jobId, url, body, deadlineMs, giveUp }, sender, pace);
  if (delivery.kind === "refused") {
    log({ level: "error", message: `The result was refused (${refusalInWords(delivery.status)}).`, jobId });
  }
  if (delivery.kind === "undelivered") {
    const message = `The result could not be delivered (${delivery.why}); it stays in the spool for the next worker.`;
    log({ level: "error", message, jobId });
  }
  return delivery;
}
