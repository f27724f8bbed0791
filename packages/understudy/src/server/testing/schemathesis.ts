import { execFile, type ExecFileException } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Who asks, and how much. */
export interface FuzzOptions {
  /** Of the service, without a slash at its end. */
  readonly url: string;
  readonly apiKey: string;
  /** Of that key, which the fuzzer leaves alone. */
  readonly keyId: string;
  /** Same seed, same requests, but for ids that the service makes. */
  readonly seed: number;
  /** Random requests for each route, after those that the document's limits suggest. */
  readonly examplesPerRoute: number;
}

/** What came of it. */
export interface FuzzResult {
  /** Whether every answer was as the document says, and none a 5xx. */
  readonly isClean: boolean;
  /** What the fuzzer said: each failure with a command line that repeats it. */
  readonly report: string;
}

/** Sends requests that an API's own document suggests, and judges the answers by it. */
export type Fuzzer = (options: FuzzOptions) => Promise<FuzzResult>;

const version = "4.32.5";

const run = promisify(execFile);
const packageFolder = new URL("../../../", import.meta.url);
const cache = fileURLToPath(new URL(`../../.cache/schemathesis/${version}/`, packageFolder));
const ownFile = (name: string): string => fileURLToPath(new URL(`src/server/testing/${name}`, packageFolder));
const interpreters = ["python3", "python3.13", "python3.12", "python3.11"] as const;
const isNewEnough = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/**
 * Schemathesis from PyPI, in the repository's cache, with every dependency pinned; the first time takes a quarter of a minute.
 * @returns undefined where it cannot be had; one line on standard error says why.
 */
export async function availableFuzzer(): Promise<Fuzzer | undefined> {
  try {
    const python = await makeReady();
    return (options) => fuzz(python, options);
  } catch (error) {
    process.stderr.write(`schemathesis ${version} is left out: ${firstLine(error)}\n`);
    return undefined;
  }
}

async function makeReady(): Promise<string> {
  const lock = ownFile(`schemathesis-${version}.txt`);
  const wanted = await readFile(lock, "utf8");
  const python = join(cache, "bin", "python");
  // Holds the lock's text and is written last: half an installation, or one of other versions, is made again.
  const marker = join(cache, "installed.txt");
  if ((await readFile(marker, "utf8").catch(() => "")) === wanted) return python;
  await rm(cache, { recursive: true, force: true });
  await run(await findPython(), ["-m", "venv", cache], { timeout: 120_000 });
  const quick = ["--quiet", "--no-compile", "--disable-pip-version-check", "--retries", "1", "--timeout", "15"];
  await run(python, ["-m", "pip", "install", ...quick, "--requirement", lock], { timeout: 300_000 });
  await writeFile(marker, wanted);
  return python;
}

async function findPython(): Promise<string> {
  for (const name of interpreters) {
    const works = await run(name, ["-c", isNewEnough], { timeout: 30_000 }).then(
      () => true,
      () => false,
    );
    if (works) return name;
  }
  throw new Error("Python 3.11 or newer with venv is not installed.");
}

async function fuzz(python: string, options: FuzzOptions): Promise<FuzzResult> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-fuzz-"));
  await writeFile(join(folder, "schemathesis.toml"), configurationOf(options));
  const words = ["-m", "schemathesis.cli", "run", `${options.url}/openapi.json`];
  // Its own environment: a proxy's variables would lead it elsewhere.
  const env = { PATH: process.env["PATH"] ?? "", UNDERSTUDY_FUZZ_KEY_ID: options.keyId, PYTHONDONTWRITEBYTECODE: "1" };
  try {
    const { stdout } = await run(python, words, { cwd: folder, env, maxBuffer: 64 << 20 });
    return { isClean: true, report: stdout };
  } catch (thrown) {
    const { stdout = "", stderr = "" } = thrown as ExecFileException & { stdout?: string; stderr?: string };
    return { isClean: false, report: `${stdout}\n${stderr}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Nobody makes renders here, so nobody waits for their ends. A stream of a render that waits has no end, so it is read for a second.
 * Schemathesis holds each event against the schema, which by OpenAPI 3.1 describes the whole stream as text.
 */
function configurationOf({ apiKey, seed, examplesPerRoute }: FuzzOptions): string {
  return `
hooks = ${JSON.stringify(ownFile("schemathesis-hooks.py"))}
color = false
seed = ${seed}
continue-on-failure = true
warnings = false
request-timeout = 20.0
headers = { Authorization = "Bearer ${apiKey}" }

[generation]
database = "none"
max-examples = ${examplesPerRoute}

[checks]
enabled = false
not_a_server_error.enabled = true
status_code_conformance.enabled = true
content_type_conformance.enabled = true
response_schema_conformance.enabled = true
response_headers_conformance.enabled = true

[[operations]]
include-path-regex = "^/v2/renders/(runsync|status-sync)"
parameters = { wait = 0 }

[[operations]]
include-name = "GET /v1/renders/{id}/events"
request-timeout = 1.0
checks.response_schema_conformance.enabled = false
`;
}

function firstLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n");
  return lines.find((line) => line.startsWith("ERROR:")) ?? lines[0] ?? "";
}
