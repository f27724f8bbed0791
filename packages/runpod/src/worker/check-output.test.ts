import { describe, expect, test } from "vitest";
import { toJson } from "./check-output.js";

class Frame {
  readonly score = 1;
}

const cyclic: Record<string, unknown> = { a: [] };
(cyclic["a"] as unknown[]).push(cyclic);

let deep: unknown = 0;
for (let level = 0; level < 600; level++) deep = [deep];

describe("what JSON cannot hold is refused with its place", () => {
  test.each([
    { value: { frames: [0, 1, 2, { score: Number.NaN }] }, problem: "output.frames[3].score is NaN" },
    { value: -Infinity, problem: "output is -Infinity" },
    { value: { image: Buffer.from("a") }, problem: "output.image is binary data (Buffer)" },
    { value: [new Float32Array(1)], problem: "output[0] is binary data (Float32Array)" },
    { value: new ArrayBuffer(1), problem: "output is binary data (ArrayBuffer)" },
    { value: { "a b": 1n }, problem: 'output["a b"] is a BigInt' },
    { value: cyclic, problem: "output.a[0] is part of itself" },
    { value: { f: () => 1 }, problem: "output.f is a function" },
    { value: Symbol("s"), problem: "output is a symbol" },
    { value: new Map(), problem: "output is an instance of Map" },
    { value: new Set(), problem: "output is an instance of Set" },
    { value: { error: new Error("x") }, problem: "output.error is an instance of Error" },
    { value: new Frame(), problem: "output is an instance of Frame" },
    { value: [Promise.resolve(1)], problem: "output[0] is a promise" },
    { value: new Date(Number.NaN), problem: "output is an invalid date" },
    { value: { toJSON: () => ({ score: Number.NaN }) }, problem: "output.score is NaN" },
  ])("$problem", ({ value, problem }) => {
    expect(() => toJson(value, "output")).toThrow(problem);
  });

  test("nesting without an end in sight", () => {
    expect(() => toJson(deep, "output")).toThrow("nested deeper than 500 levels");
  });
});

describe("what JSON can hold passes as JSON.stringify writes it", () => {
  const shared = { a: 1 };
  test.each([
    { value: undefined, json: "null" },
    { value: null, json: "null" },
    { value: "a\u2028", json: '"a\u2028"' },
    { value: { a: undefined, b: [undefined] }, json: '{"b":[null]}' },
    { value: new Date(0), json: '"1970-01-01T00:00:00.000Z"' },
    { value: new URL("http://a/"), json: '"http://a/"' },
    { value: [shared, shared], json: '[{"a":1},{"a":1}]' },
    { value: Object.create(null), json: "{}" },
  ])("$json", ({ value, json }) => {
    expect(toJson(value, "output")).toBe(json);
  });
});
