import { expect, it } from "vitest";
import { parseUrl } from "./parse-url.js";

it("reads a URL, or says that it cannot", () => {
  expect(parseUrl("https://example.com/a")?.href).toBe("https://example.com/a");
  expect(parseUrl("../b", "https://example.com/a/c")?.href).toBe("https://example.com/b");
  expect(parseUrl("../b")).toBeUndefined();
  expect(parseUrl("https://exa mple.com")).toBeUndefined();
});

it("reads letters beyond ASCII after any number of calls", () => {
  const texts = Array.from({ length: 20_000 }, (_, index) =>
    index % 2 === 0 ? "https://bücher.example/ä" : "https://a.example/",
  );
  expect(texts.filter((text) => parseUrl(text) === undefined)).toEqual([]);
});
