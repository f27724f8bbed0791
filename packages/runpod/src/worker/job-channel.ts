import { workerParameters } from "#protocol.js";
import { deliver, isAccepted, isFinal, post, refusalInWords } from "./deliver.js";
import type { Mail } from "./deliver-result.js";
import { JobFailure } from "./handler.js";
import type { JobChannel } from "./run-job.js";
import { withQuery } from "./worker-urls.js";

/** Sends a running job's progress and streamed values to its endpoint. @param stopped aborted: nobody wants them any more. */
export function jobChannel(jobId: string, mail: Mail, stopped: AbortSignal): JobChannel {
  const { settings, sender, pace, deadlineMs } = mail;
  const { isStream, sequence: sequenceParameter } = workerParameters;
  const { streamUrl } = settings;
  const progress: JobChannel["progress"] = async (body) => {
    const url = withQuery(settings.doneUrl(jobId), { [isStream]: "false" });
    const sent = await post({ jobId, url, body }, sender, pace.progressTimeoutMs);
    return isAccepted(sent) || (sent.kind === "reply" && isFinal(sent.status)) ? "done" : "try-again";
  };
  if (streamUrl === undefined) return { progress };
  return {
    progress,
    async chunk(body, sequence) {
      const url = withQuery(streamUrl(jobId), { [isStream]: "false", [sequenceParameter]: sequence });
      const delivery = await deliver({ jobId, url, body, deadlineMs, giveUp: stopped }, sender, pace);
      if (delivery.kind === "delivered") return;
      const why = delivery.kind === "refused" ? refusalInWords(delivery.status) : delivery.why;
      throw new JobFailure(`Streamed value ${sequence} was not delivered (${why}).`);
    },
  };
}
