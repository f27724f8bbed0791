import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "#testing/service-lab/free-port.js";
import type { BucketSettings } from "#storage/bucket-settings.js";

/** A real S3 server with one empty bucket. */
export interface S3Server {
  readonly settings: BucketSettings;
  /** The same as the environment of a program. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Apache-2.0; it checks every signature and every digest. */
const version = "v1.8.0";
const cache = fileURLToPath(new URL(`../../../../../.cache/versitygw/${version}/`, import.meta.url));
const program = join(cache, "versitygw");

/**
 * Whether Versity's S3 gateway is in the repository's cache, or could be built there by an installed Go: two minutes the
 * first time. Says in one line on standard error what is missing.
 */
export async function hasS3Server(): Promise<boolean> {
  const isThere = () =>
    access(program).then(
      () => true,
      () => false,
    );
  if (await isThere()) return true;
  const args = ["install", `github.com/versity/versitygw/cmd/versitygw@${version}`];
  await promisify(execFile)("go", args, { env: { ...process.env, GOBIN: cache }, timeout: 600_000 }).catch(() => {
    process.stderr.write("The S3 server is left out: it needs Go, and its module proxy.\n");
  });
  return isThere();
}

/** Starts one on a free port, with its objects below `folder`. */
export async function startS3Server(folder: string): Promise<S3Server> {
  const port = await freePort();
  const [root, metadata] = [await mkdtemp(join(folder, "s3-")), await mkdtemp(join(folder, "s3-meta-"))];
  await mkdir(join(root, "videos"));
  const keys = { accessKeyId: "AKIATESTONLY", secretAccessKey: "a-secret-of-this-test" };
  const flags = [
    "--quiet",
    "--port",
    `127.0.0.1:${port}`,
    "--access",
    keys.accessKeyId,
    "--secret",
    keys.secretAccessKey,
  ];
  const child = spawn(program, [...flags, "posix", "--sidecar", metadata, root], { stdio: "ignore" });
  const endpointUrl = `http://127.0.0.1:${port}`;
  const answers = () => fetch(endpointUrl).then(Boolean, () => false);
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error("The S3 server ended.");
    await sleep(50);
  }
  return {
    settings: { endpointUrl, bucket: "videos", prefix: "made/", region: "us-east-1", ...keys },
    env: {
      BUCKET_ENDPOINT_URL: `${endpointUrl}/videos/made`,
      BUCKET_ACCESS_KEY_ID: keys.accessKeyId,
      BUCKET_SECRET_ACCESS_KEY: keys.secretAccessKey,
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
