import { expect, it } from "vitest";
import { createKeyRing } from "./keys.js";

const ring = createKeyRing(["first", "bearer second"]);

it.each([
  ["Bearer first", 0],
  ["bearer first", 0],
  ["first", 0],
  [" first ", 0],
  ["bearer second", 1],
  ["Bearer bearer second", 1],
  ["second", undefined],
  ["Bearer", undefined],
  ["Bearer firs", undefined],
  ["Bearer first2", undefined],
  ["", undefined],
  [undefined, undefined],
])("the header %j holds key %s", (header, index) => {
  expect(ring.find(header)).toBe(index);
});
