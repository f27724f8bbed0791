import { describe, expect, it } from "vitest";
import { parseRelaxedJson } from "./relaxed-json.js";

describe("parseRelaxedJson", () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    ['{"a": "http://x", // why\n "b": [1, 2,],\n}', { a: "http://x", b: [1, 2] }],
    ['{"a": $N, "b": <seed>, "c": true, ...}', { a: null, b: null, c: true }],
    ['{\n# comment\n"a": {{1.x}}, "b": "{{2.y}}"}', { a: 0, b: "0" }],
  ])("reads %j", (text, expected) => {
    expect(parseRelaxedJson(text)).toEqual(expected);
  });

  it.each(["", '{"a"', "{{{"])("makes nothing of %j", (text) => {
    expect(parseRelaxedJson(text)).not.toBeTypeOf("object");
  });
});
