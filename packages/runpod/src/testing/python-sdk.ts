import { execFile } from "node:child_process";
import { mkdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Generations of RunPod's Python SDK: before the stop channel, with it, and the newest. */
export const sdkVersions = ["1.9.1", "1.10.1", "1.12.0"] as const;

/** A generation that is tested against. */
export type SdkVersion = (typeof sdkVersions)[number];

/** The newest generation, which differences are measured against. */
export const newestSdk: SdkVersion = "1.12.0";

/** One generation, ready to run. */
export interface PythonSdk {
  readonly version: SdkVersion;
  /** Its virtual environment. */
  readonly folder: string;
  /** The interpreter that imports it. */
  readonly python: string;
}

/**
 * The generations that could be made ready in the repository's cache, with every dependency pinned. The first time takes
 * half a minute and 200 MB each. Says in one line on standard error what is missing, and why.
 */
export async function availableSdks(versions: readonly SdkVersion[] = sdkVersions): Promise<readonly PythonSdk[]> {
  const ready: PythonSdk[] = [];
  for (const version of versions) {
    try {
      ready.push(await makeReady(version));
    } catch (error) {
      process.stderr.write(`The runpod SDK ${version} and later ones are left out: ${firstLine(error)}\n`);
      break;
    }
  }
  return ready;
}

const run = promisify(execFile);
const cache = fileURLToPath(new URL("../../../../.cache/runpod-sdk/", import.meta.url));
const requirements = fileURLToPath(new URL("../../src/testing/requirements/", import.meta.url));
const interpreters = ["python3", "python3.13", "python3.12", "python3.11"] as const;
const isNewEnough = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

async function makeReady(version: SdkVersion): Promise<PythonSdk> {
  const folder = join(cache, version);
  const lock = join(requirements, `runpod-${version}.txt`);
  const sdk = { version, folder, python: join(folder, "bin", "python") };
  const wanted = await readFile(lock, "utf8");
  // The marker holds the lock's text and is written last: half an installation, or one of other versions, is made again.
  const marker = join(folder, "installed.txt");
  const isReady = async () => (await readFile(marker, "utf8").catch(() => "")) === wanted;
  if (await isReady()) return sdk;
  await alone(`${folder}.lock`, async () => {
    if (await isReady()) return;
    await rm(folder, { recursive: true, force: true });
    await run(await findPython(), ["-m", "venv", folder], { timeout: 120_000 });
    const quick = ["--quiet", "--no-compile", "--disable-pip-version-check", "--retries", "1", "--timeout", "15"];
    await run(sdk.python, ["-m", "pip", "install", ...quick, "--requirement", lock], { timeout: 300_000 });
    await writeFile(marker, wanted);
  });
  return sdk;
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

/** Does `work` while no other process does it; a lock whose process has ended counts for nothing. */
async function alone(lock: string, work: () => Promise<void>): Promise<void> {
  await mkdir(cache, { recursive: true });
  while (!(await take(lock))) {
    if (!(await isHeld(lock))) await rm(lock, { force: true });
    else await sleep(500);
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** The lock is a symbolic link to its holder's process id: made and filled in one step. */
async function take(lock: string): Promise<boolean> {
  return symlink(String(process.pid), lock).then(
    () => true,
    () => false,
  );
}

async function isHeld(lock: string): Promise<boolean> {
  const holder = Number(await readlink(lock).catch(() => "0"));
  try {
    return holder > 0 && process.kill(holder, 0);
  } catch {
    return false;
  }
}

function firstLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n");
  return lines.find((line) => line.startsWith("ERROR:")) ?? lines[0] ?? "";
}
