import { UnderstudyError } from "@understudy/render";
import type { WorkClock } from "./clock.js";

/** What a job does, in this order. */
export const stages = ["download", "render", "publish", "webhook"] as const;

/** A stage of a job. */
export type StageName = (typeof stages)[number];

/** Shares of the deadline, in percent. */
const percents: Readonly<Record<StageName, number>> = { download: 20, render: 65, publish: 10, webhook: 5 };

/** Splits a job's deadline over its stages, in seconds. */
export function splitDeadline(totalSeconds: number): Readonly<Record<StageName, number>> {
  const share = (stage: StageName): number => (totalSeconds * percents[stage]) / 100;
  return { download: share("download"), render: share("render"), publish: share("publish"), webhook: share("webhook") };
}

/** The split for the log: `900 s: download 180, render 585, publish 90, webhook 45`. */
export function splitInWords(totalSeconds: number): string {
  const split = splitDeadline(totalSeconds);
  return `${totalSeconds} s: ${stages.map((stage) => `${stage} ${Number(split[stage].toFixed(1))}`).join(", ")}`;
}

/** What one stage may take. */
export interface StageShare {
  /** Aborted when the stage's time is over, or the job was cancelled; its reason is the UnderstudyError that says so. */
  readonly signal: AbortSignal;
  readonly remainingMs: number;
  /** Names what the stage works on, such as the member of the job whose file is being fetched; a late stage is told with it. */
  workOn(what: string): void;
}

/** The time of one job. */
export interface Budget {
  /**
   * Runs a stage until its share ends. Time that earlier stages left over is its own as well; the webhook's share is never
   * touched by the others. The action must heed its signal: it is waited for, so that nothing works on behind a job's back.
   * @param cancelled ends it early; undefined for what must be tried even for a cancelled job.
   * @throws UnderstudyError `deadline-exceeded`, `cancelled`; otherwise what the action throws.
   */
  run<T>(
    stage: StageName,
    cancelled: AbortSignal | undefined,
    action: (share: StageShare) => T | Promise<T>,
  ): Promise<T>;
}

/** Starts the clock of a job. The log has the split, and how long each stage took. */
export function openBudget(totalSeconds: number, clock: WorkClock, log: (message: string) => void): Budget {
  log(splitInWords(totalSeconds));
  const startedMs = clock.nowMs();
  const split = splitDeadline(totalSeconds);
  return {
    async run(stage, cancelled, action) {
      const endSeconds = stages.slice(0, stages.indexOf(stage) + 1).reduce((sum, each) => sum + split[each], 0);
      const begunMs = clock.nowMs();
      const remainingMs = Math.max(0, startedMs + 1000 * endSeconds - begunMs);
      let late = `${stage} stage`;
      const controller = new AbortController();
      const cancel = (): void =>
        controller.abort(new UnderstudyError("cancelled", "The job was cancelled before it was done."));
      const stopTimer = clock.after(remainingMs, () => controller.abort(exceeded(late, endSeconds, totalSeconds)));
      if (cancelled?.aborted === true) cancel();
      cancelled?.addEventListener("abort", cancel, { once: true });
      try {
        controller.signal.throwIfAborted();
        const workOn = (what: string): void => void (late = `${stage} stage (${what})`);
        return await action({ signal: controller.signal, remainingMs, workOn });
      } catch (thrown) {
        throw controller.signal.aborted ? controller.signal.reason : thrown;
      } finally {
        stopTimer();
        log(`${stage}: ${((clock.nowMs() - begunMs) / 1000).toFixed(1)} s`);
        cancelled?.removeEventListener("abort", cancel);
      }
    },
  };
}

function exceeded(late: string, endSeconds: number, totalSeconds: number): UnderstudyError {
  const end = Number(endSeconds.toFixed(1));
  const message = `The job's ${late} was not done after ${end} s, of ${totalSeconds} s in all.`;
  return new UnderstudyError("deadline-exceeded", message);
}
