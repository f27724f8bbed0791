import { expect, test } from "vitest";
import { readFlags } from "./flags.js";

test.each([{ words: ["--test_input", "{}"] }, { words: ["--test_input={}"] }])("$words", ({ words }) => {
  expect(readFlags(words).testInput).toBe("{}");
});

test("without words, the SDK's defaults", () => {
  expect(readFlags([])).toEqual({
    serveApi: false,
    apiHost: "localhost",
    apiPort: 8000,
    apiConcurrency: 1,
    unknown: [],
  });
});

test("the local API's words", () => {
  const words = ["--rp_serve_api", "--rp_api_port=0", "--rp_api_host", "::1", "--rp_api_concurrency", "4"];
  expect(readFlags(words)).toMatchObject({ serveApi: true, apiPort: 0, apiHost: "::1", apiConcurrency: 4 });
});

test("words of the handler's own are passed over, named without their values", () => {
  const { unknown } = readFlags(["model.bin", "--token=secret", "-v", "--rp_log_level", "ERROR", "--rp_debugger"]);
  expect(unknown).toEqual(["--token"]);
});

test.each([
  { words: ["--test_input"], problem: "--test_input needs a value" },
  { words: ["--rp_api_port", "http"], problem: "--rp_api_port must be a whole number from 0 to 65535" },
  { words: ["--rp_api_port=65536"], problem: "--rp_api_port must be" },
  { words: ["--rp_api_concurrency=0"], problem: "--rp_api_concurrency must be a whole number from 1" },
])("$words are refused", ({ words, problem }) => {
  expect(() => readFlags(words)).toThrow(problem);
});
