import type { JobContext } from "@understudy/runpod/worker";

/** What `/status` shows while a job runs. */
export interface JobProgress {
  /** Such as `download`, `swap`, `verify`, `publish`. */
  readonly stage: string;
  /** Of this stage, 0 to 100. */
  readonly percent: number;
}

/** Tells how far a job is whenever the figure changes. */
export function createJobProgress(context: Pick<JobContext, "progress">): (stage: string, share: number) => void {
  let last = "";
  return (stage, share) => {
    const percent = Math.min(100, Math.max(0, Math.floor(100 * share)));
    const told = `${stage} ${percent}`;
    if (told === last) return;
    last = told;
    context.progress({ stage, percent } satisfies JobProgress);
  };
}
