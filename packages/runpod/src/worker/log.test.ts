import { expect, test, vi } from "vitest";
import { createLog, jsonLine, textLine } from "./log.js";

const handler = (): number => 0;

/** What goes to standard error of one line of each level. */
function written(env: Record<string, string>, flagLevel?: string): string[] {
  const texts: string[] = [];
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => texts.push(String(text)) > 0);
  const log = createLog({ handler, env }, flagLevel);
  for (const level of ["debug", "info", "warn", "error"] as const) log({ level, message: level });
  spy.mockRestore();
  return texts;
}

test.each([
  { env: {}, count: 3 },
  { env: { RUNPOD_LOG_LEVEL: "debug" }, count: 4 },
  { env: { RUNPOD_LOG_LEVEL: "ERROR", RUNPOD_DEBUG_LEVEL: "DEBUG" }, count: 1 },
  { env: { RUNPOD_DEBUG_LEVEL: "WARN" }, count: 2 },
  { env: { RUNPOD_LOG_LEVEL: "NOTSET" }, count: 0 },
  { env: { RUNPOD_LOG_LEVEL: "DEBUG" }, flagLevel: "ERROR", count: 1 },
] as { env: Record<string, string>; flagLevel?: string; count: number }[])(
  "$env, flag $flagLevel: $count of four levels",
  ({ env, flagLevel, count }) => {
    expect(written(env, flagLevel)).toHaveLength(count);
  },
);

test("behind an endpoint, lines are the JSON that the platform reads; elsewhere, text", () => {
  expect(written({ RUNPOD_ENDPOINT_ID: "e1" })[1]).toBe('{"requestId":null,"message":"warn","level":"WARN"}\n');
  expect(written({})[1]).toBe("WARN   | warn\n");
});

test("a line names its job, stays one line and is cut", () => {
  const line = { level: "info", message: `a\nb${"c".repeat(9_000)}`, jobId: "j1" } as const;
  expect(textLine(line)).toMatch(/^INFO {3}\| j1 \| a bc+\n$/);
  expect(JSON.parse(jsonLine(line))).toMatchObject({ requestId: "j1" });
  expect(jsonLine(line).length).toBeLessThan(4_200);
});

test("a log of one's own that throws ends no job", () => {
  const broken = (): never => {
    throw new Error("broken");
  };
  const log = createLog({ handler, log: broken }, undefined);
  expect(() => log({ level: "info", message: "a" })).not.toThrow();
});

test("many workers of one process listen to standard error once", () => {
  createLog({ handler, env: {} }, undefined);
  const count = process.stderr.listenerCount("error");
  createLog({ handler, env: {} }, undefined);
  expect(process.stderr.listenerCount("error")).toBe(count);
});
