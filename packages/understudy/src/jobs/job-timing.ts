/** How fast the runners of an installation notice things, in milliseconds. All runners of one database must agree on it. */
export interface JobTiming {
  /** Between two signs of life of a runner, and two looks at the others. */
  readonly beatMs: number;
  /** A runner without its lock for longer stops its work. */
  readonly holdMs: number;
  /** A lock that was free for longer makes its runner dead. Longer than `holdMs`, so that nobody works on what others took. */
  readonly takeoverMs: number;
  /** Between two looks of DBOS into a runner's queue: the longest wait from assignment to start. */
  readonly pollingMs: number;
  /** Between two looks for renders that were never submitted. */
  readonly overlookedMs: number;
  /** An assigned run that has not begun for longer never will; far above `pollingMs`, or a busy process does it twice. */
  readonly lostMs: number;
  /** Before work that threw is called again; doubles each time, up to 30 times as long. */
  readonly againMs: number;
  /** How long closing waits for work that was told to stop. */
  readonly unwindMs: number;
}

/** A PostgreSQL that restarts within 3 s disturbs nobody; a dead runner's renders go on after 7 s. */
export const jobTiming: JobTiming = {
  beatMs: 1_000,
  holdMs: 3_000,
  takeoverMs: 6_000,
  pollingMs: 100,
  overlookedMs: 10_000,
  lostMs: 10_000,
  againMs: 1_000,
  unwindMs: 10_000,
};
