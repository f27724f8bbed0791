import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { explainConfig, loadConfig, settings } from "./index.js";

async function folderWith(file?: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-config-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  if (file !== undefined) {
    const text = typeof file === "string" ? file : JSON.stringify(file);
    await writeFile(join(folder, "understudy.config.json"), text);
  }
  return folder;
}

const flag = [{ path: "limits.maxPixels", value: 5, source: "--flag" }];

test.each([
  { layers: "nothing", file: undefined, env: {}, flags: [], value: 8192 * 4320, source: "default" },
  {
    layers: "a file",
    file: { limits: { maxPixels: 2 } },
    env: {},
    flags: [],
    value: 2,
    source: "understudy.config.json",
  },
  {
    layers: "a file and the file in one variable",
    file: { limits: { maxPixels: 2 } },
    env: { UNDERSTUDY_CONFIG: '{"limits":{"maxPixels":3}}' },
    flags: [],
    value: 3,
    source: "UNDERSTUDY_CONFIG",
  },
  {
    layers: "both and a variable",
    file: { limits: { maxPixels: 2 } },
    env: { UNDERSTUDY_CONFIG: '{"limits":{"maxPixels":3}}', UNDERSTUDY_LIMITS_MAX_PIXELS: "4" },
    flags: [],
    value: 4,
    source: "UNDERSTUDY_LIMITS_MAX_PIXELS",
  },
  {
    layers: "all and a flag",
    file: { limits: { maxPixels: 2 } },
    env: { UNDERSTUDY_LIMITS_MAX_PIXELS: "4" },
    flags: flag,
    value: 5,
    source: "--flag",
  },
])("the last layer wins: $layers", async ({ file, env, flags, value, source }) => {
  const cwd = await folderWith(file);
  const loaded = await loadConfig({ cwd, env, flags });
  expect(loaded.config.limits.maxPixels).toBe(value);
  expect(explainConfig(loaded).find(({ path }) => path === "limits.maxPixels")).toMatchObject({ value, source });
});

test("a layer replaces single settings, not whole branches", async () => {
  const cwd = await folderWith({ limits: { maxPixels: 2, maxDurationSeconds: 7 } });
  const { config } = await loadConfig({ cwd, env: { UNDERSTUDY_CONFIG: '{"limits":{"maxPixels":3}}' } });
  expect(config.limits).toMatchObject({ maxPixels: 3, maxDurationSeconds: 7 });
});

test("every wrong value is listed at once, with path, source, expected and received", async () => {
  const cwd = await folderWith({
    workers: 99,
    engine: "wan",
    limits: { maxPixels: -1, maxPixel: "s3cret" },
    apiKey: "s3cret",
  });
  const env = {
    UNDERSTUDY_STITCH: "fast",
    UNDERSTUDY_LIMITS_MAX_DURATION_SECONDS: "long",
    UNDERSTUDY_WORKER: "s3cret",
  };
  const error: unknown = await loadConfig({ cwd, env }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "bad-config" });
  const { message } = error as Error;
  for (const line of [
    "8 values are wrong",
    "workers (understudy.config.json): expected whole number, 1 to 16, received 99",
    'engine (understudy.config.json): expected mesh | onnx:MANIFEST, received "wan"',
    "limits.maxPixels (understudy.config.json): expected whole number, 1 to 268435456, received -1",
    "limits.maxPixel (understudy.config.json): no such setting",
    "apiKey (understudy.config.json): no such setting",
    'stitch (UNDERSTUDY_STITCH): expected auto | smart | uniform | reencode, received "fast"',
    'limits.maxDurationSeconds (UNDERSTUDY_LIMITS_MAX_DURATION_SECONDS): expected number, above 0 to 86400, received "long"',
    "UNDERSTUDY_WORKER (environment): no such setting",
  ]) {
    expect(message).toContain(line);
  }
  expect(message).not.toContain("s3cret");
});

test.each(["not json: s3cret", '"text"', "[1]", "null"])("a file that holds %s is refused", async (file) => {
  const cwd = await folderWith(file);
  const error = (await loadConfig({ cwd, env: {} }).catch((thrown: unknown) => thrown)) as Error;
  expect(error).toMatchObject({ code: "bad-config" });
  expect(error.message).not.toContain("s3cret");
});

test.each([
  { file: { "limits.maxPixels": 5 }, line: '"limits.maxPixels" (understudy.config.json): no such setting' },
  { file: { "": 5 }, line: '"" (understudy.config.json): no such setting' },
  { file: { later: {} }, line: "later (understudy.config.json): no such setting" },
  { file: { limits: { "more\nlimits": {} } }, line: "limits.more?limits (understudy.config.json): no such setting" },
  { file: { limits: 5 }, line: "limits (understudy.config.json): expected an object, received a number" },
  { file: { limits: null }, line: "limits (understudy.config.json): expected an object, received null" },
  { file: [1], line: "(top) (understudy.config.json): expected an object, received a list" },
  {
    file: { workers: {} },
    line: "workers (understudy.config.json): expected whole number, 1 to 16, received an object",
  },
])("$file is refused as: $line", async ({ file, line }) => {
  const cwd = await folderWith(file);
  const error = (await loadConfig({ cwd, env: {} }).catch((thrown: unknown) => thrown)) as Error;
  expect(error).toMatchObject({ code: "bad-config" });
  expect(error.message).toContain("1 value is wrong");
  expect(error.message).toContain(line);
});

test("the service's settings come from variables as numbers, switches and texts", async () => {
  const env = {
    UNDERSTUDY_RETENTION_INPUT_DAYS: "3",
    UNDERSTUDY_JOBS_CONCURRENCY: "4",
    UNDERSTUDY_COST_USD_PER_ENGINE_SECOND: "0.0005",
    UNDERSTUDY_SERVER_PUBLIC_URL: "https://videos.example/understudy",
    UNDERSTUDY_LOGS_LEVEL: "warn",
    UNDERSTUDY_LOGS_PERSONAL: "true",
  };
  const { config } = await loadConfig({ cwd: await folderWith(), env });
  expect(config).toMatchObject({
    retention: { inputDays: 3 },
    jobs: { concurrency: 4, maxAttempts: 5 },
    cost: { usdPerEngineSecond: 0.0005, capUsd: 0 },
    server: { publicUrl: "https://videos.example/understudy", requestsPerMinute: 600, rendersAtOnce: 2 },
    logs: { level: "warn", personal: true },
  });
});

test.each([
  ["UNDERSTUDY_RETENTION_INPUT_DAYS", "0", "retention.inputDays"],
  ["UNDERSTUDY_JOBS_CONCURRENCY", "1.5", "jobs.concurrency"],
  ["UNDERSTUDY_JOBS_MAX_ATTEMPTS", "0", "jobs.maxAttempts"],
  ["UNDERSTUDY_COST_USD_PER_ENGINE_SECOND", "-1", "cost.usdPerEngineSecond"],
  ["UNDERSTUDY_COST_CAP_USD", "much", "cost.capUsd"],
  ["UNDERSTUDY_COST_SECONDS_PER_FRAME", "0", "cost.secondsPerFrame"],
  ["UNDERSTUDY_SERVER_PUBLIC_URL", "ftp://videos.example", "server.publicUrl"],
  ["UNDERSTUDY_SERVER_REQUESTS_PER_MINUTE", "0", "server.requestsPerMinute"],
  ["UNDERSTUDY_SERVER_RENDERS_AT_ONCE", "1e9", "server.rendersAtOnce"],
  ["UNDERSTUDY_LOGS_LEVEL", "debug", "logs.level"],
  ["UNDERSTUDY_LOGS_PERSONAL", "yes", "logs.personal"],
])("%s refuses %s", async (variable, text, path) => {
  const refused = loadConfig({ cwd: await folderWith(), env: { [variable]: text } });
  await expect(refused).rejects.toMatchObject({
    code: "bad-config",
    message: expect.stringContaining(`${path} (${variable}): expected`) as string,
  });
});

test("the first key is no setting, and no mistake either", async () => {
  const env = { UNDERSTUDY_API_KEY: "us_0123456789012345678901234" };
  const loaded = await loadConfig({ cwd: await folderWith(), env });
  expect(JSON.stringify(loaded)).not.toContain(env.UNDERSTUDY_API_KEY);
});

test("an empty UNDERSTUDY_CONFIG and an empty branch say nothing", async () => {
  const cwd = await folderWith({ limits: {} });
  const { sources } = await loadConfig({ cwd, env: { UNDERSTUDY_CONFIG: "" } });
  expect(sources.size).toBe(0);
});

test("a null or missing-looking value is wrong, not a default", async () => {
  const cwd = await folderWith({ workers: null });
  await expect(loadConfig({ cwd, env: {} })).rejects.toMatchObject({ code: "bad-config" });
});

test("the manifest of a swap model is found from where the command runs", async () => {
  const cwd = await folderWith({ engine: "onnx:models/mine.json", project: { commercial: true } });
  const { config } = await loadConfig({ cwd, env: {} });
  expect(config.engine).toBe(`onnx:${join(cwd, "models/mine.json")}`);
  expect(config.project.commercial).toBe(true);
  await expect(loadConfig({ cwd, env: { UNDERSTUDY_ENGINE: "onnx:" } })).rejects.toMatchObject({ code: "bad-config" });
});

test("a voice's endpoint is an address without a password, which no message repeats", async () => {
  const engine = "endpoint:https://api.runpod.ai/v2/abc";
  const { config } = await loadConfig({ cwd: await folderWith({ voice: { engine } }), env: {} });
  expect(config.voice).toEqual({ engine, model: "chatterbox", underSpeech: "duck" });
  for (const wrong of ["endpoint:", "endpoint:ftp://x/", "endpoint:https://me:s3cret@x/", "parrot"]) {
    const error = (await loadConfig({
      cwd: await folderWith({ voice: { engine: wrong } }),
      env: {},
    }).catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toContain("voice.engine (understudy.config.json): expected flite | endpoint:URL");
    expect(error.message).not.toContain("s3cret");
  }
});

test("--config names a file that must exist", async () => {
  const cwd = await folderWith();
  await expect(loadConfig({ cwd, env: {}, configPath: "other.json" })).rejects.toMatchObject({ code: "file-missing" });
});

test("every setting has a meaning, a range and a variable of its own", () => {
  expect(new Set(settings.map(({ variable }) => variable)).size).toBe(settings.length);
  for (const { meaning, range } of settings) {
    expect(meaning).toMatch(/\.$/);
    expect(range).not.toMatch(/undefined/);
  }
});
