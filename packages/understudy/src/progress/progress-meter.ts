import type { ProgressEvent } from "@understudy/render";

/** An event of a render, or of a stage that only the command line knows, such as `report`. */
export type AnyProgressEvent = Omit<ProgressEvent, "stage"> & { readonly stage: string };

/** A progress event with what a reader wants to know of it. */
export interface ProgressReading extends AnyProgressEvent {
  /** Units a second since the stage began; undefined until it can be told. */
  readonly unitsPerSecond?: number;
  /** Estimated time until the stage ends; undefined until it can be told. */
  readonly secondsLeft?: number;
  readonly stageSeconds: number;
  /** First event of its stage. */
  readonly isNewStage: boolean;
}

/** Below this a speed is noise. */
const minMeasureSeconds = 0.5;

/** Turns raw events into readings. Time comes from outside, so that a test owns it. */
export function createProgressMeter(now: () => Date): (event: AnyProgressEvent) => ProgressReading {
  let stage: string | undefined;
  let startMs = 0;
  let doneAtStart = 0;
  return (event) => {
    const nowMs = now().getTime();
    const isNewStage = event.stage !== stage;
    if (isNewStage) {
      stage = event.stage;
      startMs = nowMs;
      doneAtStart = event.done;
    }
    const stageSeconds = (nowMs - startMs) / 1000;
    const speed = (event.done - doneAtStart) / stageSeconds;
    if (stageSeconds < minMeasureSeconds || speed <= 0) return { ...event, stageSeconds, isNewStage };
    return {
      ...event,
      stageSeconds,
      isNewStage,
      unitsPerSecond: speed,
      secondsLeft: Math.max(0, event.total - event.done) / speed,
    };
  };
}
