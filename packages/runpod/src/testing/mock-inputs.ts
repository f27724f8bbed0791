import type { HandlerKind } from "./contenders.js";

/** A mock handler's input, and what every worker must make of it. */
export interface MockCase {
  readonly name: string;
  readonly kind: HandlerKind;
  readonly isAggregate?: boolean;
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: "COMPLETED" | "FAILED";
  readonly output?: unknown;
  /** What `/stream` gives, where that is looked at. */
  readonly chunks?: readonly unknown[];
  /** Part of the error's text. */
  readonly error?: string;
}

const three = ["value1", "value2", "value3"];
const logs = [{ level: "info", message: "a line" }];
const progress = { updates: ["half", "nearly"], wait_time: 0.1 };

/**
 * Every kind of input that RunPod's published end-to-end tests have (mock-worker `.github/tests.json`, runpod-python
 * `tests/e2e/tests.json`: a value, a delay, both generators with aggregate), and the rest of what the mock handler knows.
 */
export const mockCases: readonly MockCase[] = [
  completed("a value", "plain", { mock_return: "this worked!" }, "this worked!"),
  completed("a delay", "plain", { mock_return: "after a while", mock_delay: 1 }, "after a while"),
  { ...completed("a generator", "generator", { mock_return: three }, three, three), isAggregate: true },
  { ...completed("an async generator", "async-generator", { mock_return: three }, three, three), isAggregate: true },
  completed("a generator without aggregate", "generator", { mock_return: three }, [], three),
  completed("the default", "plain", {}, "Hello World!"),
  completed("logs", "plain", { mock_logs: logs, mock_return: 1 }, 1),
  completed("progress", "plain", { mock_progress: progress, mock_return: { done: true } }, { done: true }),
  completed("a value of an async handler", "async", { mock_return: [1, null, "ä"], mock_delay: 0.1 }, [1, null, "ä"]),
  completed("a streamed object", "generator", { mock_return: [{ a: 1 }, [2]] }, [], [{ a: 1 }, [2]]),
  failed("an exception", "plain", { mock_error: true }, "Mock error"),
  failed("an exception of an async handler", "async", { mock_error: true }, "Mock error"),
  failed("an exception of a generator", "generator", { mock_error: true, mock_return: three }, "Mock error"),
  failed("an error as a result", "plain", { mock_return: { error: "told so" } }, "told so"),
];

/** A job whose handler asks for a fresh worker. */
export const refreshCase: MockCase = completed(
  "a refresh",
  "plain",
  { mock_refresh: true, mock_return: "last" },
  { mock_return: "last" },
);

function completed(
  name: string,
  kind: HandlerKind,
  input: Readonly<Record<string, unknown>>,
  output: unknown,
  chunks?: readonly unknown[],
): MockCase {
  return { name, kind, input, status: "COMPLETED", output, ...(chunks !== undefined && { chunks }) };
}

function failed(name: string, kind: HandlerKind, input: Readonly<Record<string, unknown>>, error: string): MockCase {
  return { name, kind, input, status: "FAILED", error };
}
