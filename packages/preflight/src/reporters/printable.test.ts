import { expect, it } from "vitest";
import { printable, printableJson } from "./printable.js";

it("takes what could steer a terminal out of a text", () => {
  expect(printable("a\u001B[31m\u202Eb\nc\td")).toBe("a?[31m?b?c d");
});

it("takes what a runner of GitHub would obey out of a text, wherever words may be wrapped", () => {
  expect(printable("::error::x/Dockerfile is ::add-mask::y")).toBe("?:error::x/Dockerfile is ?:add-mask::y");
  expect(printable("##[add-mask]x")).toBe("?#[add-mask]x");
  expect(printable("std::string, a::b and 1 : 2")).toBe("std::string, a::b and 1 : 2");
});

it("escapes the same in JSON, which then still says the same", () => {
  const value = { name: "\u001B[31m \u202E \u0085 ##[group]", list: ["a\nb"] };
  const text = printableJson(value);
  expect(text).toMatch(/^[\n -~]*$/);
  expect(text).not.toContain("##[");
  expect(JSON.parse(text)).toEqual(value);
});
