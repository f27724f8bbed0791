import type { Output } from "#cli/io.js";
import type { ProgressReading } from "./progress-meter.js";

/** Shows progress somewhere. */
export interface ProgressPrinter {
  print(reading: ProgressReading): void;
  /** Leaves the terminal tidy; the printer may be used again. */
  finish(): void;
}

/** Shortest time between two updates of the same stage. */
const throttleSeconds = { terminal: 0.1, jsonLines: 0.5 };

/** One live line a stage. */
export function createTerminalPrinter(output: Output): ProgressPrinter {
  const isDue = createThrottle(throttleSeconds.terminal);
  let isLineOpen = false;
  const finish = (): void => {
    if (isLineOpen) output.write("\n");
    isLineOpen = false;
  };
  return {
    print(reading) {
      if (!isDue(reading)) return;
      if (reading.isNewStage) finish();
      output.write(`\r\u001B[2K${liveLine(reading)}`);
      isLineOpen = true;
    },
    finish,
  };
}

/** Plain lines, only when a stage begins. */
export function createPlainPrinter(output: Output): ProgressPrinter {
  return {
    print(reading) {
      if (reading.isNewStage) output.write(`${reading.stage}: ${reading.total} ${reading.unit}\n`);
    },
    finish: () => undefined,
  };
}

/** `{"event":"progress",...}`, at most two lines a second within a stage. */
export function createJsonPrinter(output: Output): ProgressPrinter {
  const isDue = createThrottle(throttleSeconds.jsonLines);
  return {
    print(reading) {
      if (!isDue(reading)) return;
      const { stage, done, total, unit, unitsPerSecond, secondsLeft } = reading;
      const event = {
        event: "progress",
        stage,
        done,
        total,
        unit,
        unitsPerSecond: round(unitsPerSecond),
        secondsLeft: round(secondsLeft),
      };
      output.write(`${JSON.stringify(event)}\n`);
    },
    finish: () => undefined,
  };
}

/** `swap     45 %  135/300 frames  52.1 frames/s  3 s left` */
export function liveLine({ stage, done, total, unit, unitsPerSecond, secondsLeft }: ProgressReading): string {
  const percent = total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : 100;
  const parts = [`${stage.padEnd(8)}${String(percent).padStart(3)} %`, `${done}/${total} ${unit}`];
  if (unitsPerSecond !== undefined) parts.push(`${unitsPerSecond.toFixed(1)} ${unit}/s`);
  if (secondsLeft !== undefined && done < total) parts.push(`${durationInWords(secondsLeft)} left`);
  return parts.join("  ");
}

/** `8 s`, `1 min 05 s`. */
export function durationInWords(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** Lets the first and the last event of a stage through, and between them one an interval. */
function createThrottle(intervalSeconds: number): (reading: ProgressReading) => boolean {
  let lastSeconds = 0;
  return (reading) => {
    const isDue =
      reading.isNewStage || reading.done >= reading.total || reading.stageSeconds - lastSeconds >= intervalSeconds;
    if (isDue) lastSeconds = reading.stageSeconds;
    return isDue;
  };
}

function round(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 10) / 10;
}
