import type { RenderJobTicket } from "./job-engine.js";

/** Name of the service among the applications that share a database with DBOS. */
export const applicationName = "understudy";

/**
 * What DBOS calls the version of the program. It begins a job only with the version that submitted it, so ours never changes: a job
 * of one release goes on in the next. What makes that sound is that children are kept by name (`kept-children.ts`).
 */
export const applicationVersion = "1";

/** The one workflow: a run of a render. */
export const workflowName = "render";

/**
 * Where runs wait: those that nobody has begun yet, and those that go on after a crash or a restart. No process listens to these
 * queues of DBOS: runners take from them themselves (`job-book.ts`).
 */
export const waitingQueues = { fresh: "waiting", begun: "waiting/begun" } as const;

/** Topic of the message that a run is sent when it is cancelled after somebody began it. */
export const cancelTopic = "cancel";

/** The queue of one runner: a run lies in it if and only if that runner works on it, or is about to. */
export function queueOf(runnerId: string): string {
  return `${runnerQueuePrefix}${runnerId}`;
}

/** Begins the names of all runners' queues. */
export const runnerQueuePrefix = "runner/";

/** A run of a render by its workflow. */
export function workflowIdOf({ renderId, run }: Pick<RenderJobTicket, "renderId" | "run">): string {
  return `${renderId}.${run}`;
}

/** DBOS takes the lowest number first, from 0 to 2^31 - 1; ours is the highest first, and may be negative. */
export function dbosPriorityOf({ priority }: Pick<RenderJobTicket, "priority">): number {
  const middle = 2 ** 30;
  return middle - Math.max(-middle + 1, Math.min(middle, Math.round(priority)));
}

/** The channel of PostgreSQL on which runners are told that something changed; a `JobNews` as text. */
export const jobChannel = "understudy_job";

/** `look`: a run waits, or one ended and so made room. `cancel:ID`: that run was cancelled. */
export const jobNews = {
  look: "look",
  cancel: (workflowId: string): string => `cancel:${workflowId}`,
  cancelled: (news: string): string | undefined => (news.startsWith("cancel:") ? news.slice(7) : undefined),
} as const;
