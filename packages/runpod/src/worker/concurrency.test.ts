import { expect, test } from "vitest";
import { createConcurrency } from "./concurrency.js";
import type { WorkerLogLine } from "./serve-options.js";

const quiet = (): void => undefined;

test.each([0, -1, 1.5, Number.NaN])("a fixed %s is refused", (concurrency) => {
  expect(() => createConcurrency(concurrency, quiet)).toThrow(
    `\`concurrency\` must be a whole number of 1 or more, and is ${concurrency}.`,
  );
});

test("a function is asked with the present number, and may answer later", async () => {
  const ask = createConcurrency(async (current) => current + 1, quiet);
  expect([await ask(), await ask()]).toEqual([2, 3]);
});

test.each([
  { answer: undefined, name: "undefined" },
  { answer: null, name: "null" },
  { answer: Number.NaN, name: "NaN" },
  { answer: 0, name: "0" },
  { answer: 2.5, name: "2.5" },
  { answer: "4", name: "string" },
])("an answer of $answer is named once, and the last good one stays", async ({ answer, name }) => {
  const lines: WorkerLogLine[] = [];
  const answers: unknown[] = [3, answer, answer];
  const ask = createConcurrency(
    () => answers.shift() as number,
    (line) => void lines.push(line),
  );
  expect([await ask(), await ask(), await ask()]).toEqual([3, 3, 3]);
  expect(lines.map(({ message }) => message)).toEqual([
    `\`concurrency\` must be a whole number of 1 or more, and is ${name}. It stays at 3.`,
  ]);
});

test("a function that throws ends nothing", async () => {
  const lines: WorkerLogLine[] = [];
  const ask = createConcurrency(
    () => {
      throw new Error("private");
    },
    (line) => void lines.push(line),
  );
  expect(await ask()).toBe(1);
  expect(lines).toEqual([{ level: "error", message: expect.not.stringContaining("private") }]);
});
