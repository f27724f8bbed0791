import type { ProgressEvent } from "@understudy/render";

/** An event of a render, or of a stage that only the command line knows, such as `report`; `unit` is a plural. */
export type AnyProgressEvent = Omit<ProgressEvent, "stage" | "unit"> & {
  readonly stage: string;
  readonly unit: string;
};

/** A progress event with what a reader wants to know of it. */
export interface ProgressReading extends AnyProgressEvent {
  /** Units a second over the last seconds; undefined until it can be told. */
  readonly unitsPerSecond?: number;
  /** Estimated time until the stage ends; undefined until it can be told. */
  readonly secondsLeft?: number;
  readonly stageSeconds: number;
  /** First event of its stage. */
  readonly isNewStage: boolean;
}

/** Below this a speed is noise. */
const minMeasureSeconds = 0.5;

/** Speed is taken over this much of the past, so that a slow start is soon forgotten. */
const windowMs = 5000;

/** Turns raw events into readings. Time comes from outside, so that a test owns it. */
export function createProgressMeter(now: () => Date): (event: AnyProgressEvent) => ProgressReading {
  let stage: string | undefined;
  let startMs = 0;
  let marks: { ms: number; done: number }[] = [];
  return (event) => {
    const ms = now().getTime();
    const isNewStage = event.stage !== stage;
    if (isNewStage) {
      stage = event.stage;
      startMs = ms;
      marks = [];
    }
    marks.push({ ms, done: event.done });
    while (marks.length > 2 && ms - marks[1]!.ms >= windowMs) marks.shift();
    const stageSeconds = (ms - startMs) / 1000;
    const [oldest] = marks;
    const seconds = (ms - oldest!.ms) / 1000;
    const speed = (event.done - oldest!.done) / seconds;
    if (seconds < minMeasureSeconds || speed <= 0) return { ...event, stageSeconds, isNewStage };
    const secondsLeft = Math.max(0, event.total - event.done) / speed;
    return { ...event, stageSeconds, isNewStage, unitsPerSecond: speed, secondsLeft };
  };
}
