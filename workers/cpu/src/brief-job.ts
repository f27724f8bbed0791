import { JobFailure, type JobContext } from "@understudy/runpod/worker";
import {
  briefWebhookBody,
  manifestSummary,
  readBriefOrder,
  readRecipient,
  type BriefEnd,
  type BriefWebhookBody,
  type ManifestSummary,
} from "@understudy/understudy";
import { openBudget } from "./deadline.js";
import { failureLine, logFailure } from "./failure-line.js";
import { makeVideo } from "./make-video.js";
import { postWebhook } from "./post-webhook.js";
import type { Workshop } from "./workshop.js";

/** The output of the brief's job: the webhook's body, and what it does not tell. */
export interface BriefResult extends BriefWebhookBody {
  readonly manifest: ManifestSummary;
  /** Absent when the job named no webhook. */
  readonly webhook_delivered?: boolean;
}

/**
 * The brief's whole job: check, download, render, publish, webhook, answer. Whatever its end, the webhook is told, and of a
 * failure nothing is left.
 * @throws JobFailure with the same line that the webhook was sent.
 */
export async function runBriefJob(input: unknown, workshop: Workshop, context: JobContext): Promise<BriefResult> {
  const { config, clock, results } = workshop;
  const { log } = context;
  const budget = openBudget(config.jobs.deadlineSeconds, clock, log);

  const recipient = readRecipient(input);
  const tell = async (end: BriefEnd): Promise<boolean> => {
    if (recipient === undefined) return false;
    const body = briefWebhookBody(recipient.recordId, end);
    // Also for a cancelled job: somebody waits for it.
    return budget
      .run("webhook", undefined, (share) => postWebhook(recipient.webhookUrl, body, share, { ...workshop, log }))
      .catch(() => false);
  };

  try {
    const order = readBriefOrder(input);
    for (const name of order.formerNames) log(`${name} is an older spelling; it still counts.`);
    const { outputUrl, manifest } = await makeVideo(order, budget, workshop, context);
    if (results.isLocal) log("The video's address is of use on this machine only; set storage.publicUrl.");
    const answer = { ...briefWebhookBody(order.recordId, { outputUrl }), manifest: manifestSummary(manifest) };
    const isDelivered = await tell({ outputUrl });
    return recipient === undefined ? answer : { ...answer, webhook_delivered: isDelivered };
  } catch (thrown) {
    logFailure(thrown, log);
    const errorMessage = failureLine(thrown);
    await tell({ errorMessage });
    throw new JobFailure(errorMessage);
  }
}
