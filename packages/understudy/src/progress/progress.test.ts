import { expect, test } from "vitest";
import { createPlainPrinter, createTerminalPrinter, durationInWords, liveLine } from "./printers.js";
import { createProgressMeter } from "./progress-meter.js";

/** A meter whose clock the test sets. */
function meterAt() {
  const clock = { seconds: 0 };
  const meter = createProgressMeter(() => new Date(clock.seconds * 1000));
  return (seconds: number, done: number, stage = "swap") => {
    clock.seconds = seconds;
    return meter({ stage, done, total: 300, unit: "frames" });
  };
}

test("speed and time left come once they can be told, and forget a slow start", () => {
  const read = meterAt();
  expect(read(0, 0)).not.toHaveProperty("unitsPerSecond");
  expect(read(0.2, 10)).not.toHaveProperty("secondsLeft");
  expect(read(10, 50).unitsPerSecond).toBeCloseTo(40 / 9.8);
  expect(read(15, 250)).toMatchObject({ unitsPerSecond: 40, secondsLeft: 1.25 });
});

test("a new stage starts from nothing", () => {
  const read = meterAt();
  read(0, 0);
  read(5, 100);
  expect(read(6, 50, "stitch")).toMatchObject({ isNewStage: true, stageSeconds: 0 });
});

test("the live line says stage, percent, count, speed and time left", () => {
  const read = meterAt();
  read(0, 0);
  expect(liveLine(read(2, 100))).toBe("swap     33 %  100/300 frames  50.0 frames/s  4 s left");
  expect(liveLine(read(3, 300))).toBe("swap    100 %  300/300 frames  100.0 frames/s");
});

test("a terminal is not written to more than ten times a second, but always at a stage's first and last event", () => {
  const read = meterAt();
  let writes = 0;
  const printer = createTerminalPrinter({ isTerminal: true, write: () => void writes++ });
  for (let n = 0; n <= 300; n++) printer.print(read(n / 300, n));
  printer.finish();
  expect(writes).toBeGreaterThan(5);
  expect(writes).toBeLessThan(15);
});

test("off a terminal only stage changes are written", () => {
  const read = meterAt();
  const lines: string[] = [];
  const printer = createPlainPrinter({ isTerminal: false, write: (text) => void lines.push(text) });
  for (const [seconds, stage] of [
    [0, "swap"],
    [1, "swap"],
    [2, "stitch"],
    [3, "stitch"],
  ] as const)
    printer.print(read(seconds, 1, stage));
  expect(lines).toEqual(["swap: 300 frames\n", "stitch: 300 frames\n"]);
});

test.each([
  [0, "0 s"],
  [7.2, "8 s"],
  [60, "1 min 00 s"],
  [125, "2 min 05 s"],
])("%d s reads %s", (seconds, words) => {
  expect(durationInWords(seconds)).toBe(words);
});
