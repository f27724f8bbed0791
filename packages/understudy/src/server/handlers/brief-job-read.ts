import { UnderstudyError } from "@understudy/render";
import { hostedLimits } from "@understudy/runpod/protocol";
import { readBriefOrder, type BriefOrder } from "#connectors/brief-input.js";
import { briefFields } from "#connectors/brief-spellings.js";
import { Refusal } from "#server/refusal.js";

/** What `run` is sent, as a client of RunPod's sends it. */
export interface SentJob {
  readonly input?: unknown;
  readonly policy?: unknown;
  readonly webhook?: unknown;
}

/** A job, read. */
export interface BriefJob {
  readonly brief: BriefOrder;
  /** Undefined: the configuration's. */
  readonly deadlineSeconds?: number;
}

/**
 * Reads a job. Of RunPod's own members `policy.executionTimeout` counts; `webhook` is refused, because whoever waits there would
 * wait for ever; others are passed over.
 * @throws Refusal 400 `bad-job`; UnderstudyError `download-refused`.
 */
export function readJob({ input, policy, webhook }: SentJob): BriefJob {
  if (input === undefined) throw badJob("The body has no `input`.");
  if (webhook !== undefined && webhook !== null && webhook !== "") {
    throw badJob(`A \`webhook\` beside \`input\` is told nothing here; \`${briefFields.webhookUrl}\` inside of it is.`);
  }
  const deadlineSeconds = deadlineSecondsOf(policy);
  return { brief: readInput(input), ...(deadlineSeconds !== undefined && { deadlineSeconds }) };
}

function readInput(input: unknown): BriefOrder {
  try {
    return readBriefOrder(input);
  } catch (thrown) {
    throw thrown instanceof UnderstudyError && thrown.code === "bad-job" ? badJob(thrown.message) : thrown;
  }
}

/** Seconds that a render may be given. */
const [leastSeconds, mostSeconds] = [10, 86_400];

/** What RunPod would take, within what a render may be given; what it would not take counts for nothing. */
function deadlineSecondsOf(policy: unknown): number | undefined {
  const { executionTimeout } = (policy ?? {}) as { readonly executionTimeout?: unknown };
  const { minExecutionTimeoutMs, maxExecutionTimeoutMs } = hostedLimits;
  if (typeof executionTimeout !== "number") return undefined;
  if (!(executionTimeout >= minExecutionTimeoutMs && executionTimeout <= maxExecutionTimeoutMs)) return undefined;
  return Math.min(Math.max(Math.ceil(executionTimeout / 1000), leastSeconds), mostSeconds);
}

function badJob(message: string): Refusal {
  return new Refusal(400, "bad-job", message, { hint: 'The body is {"input": {...}}, as docs/make.md has it.' });
}
