import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { madeUpSecrets } from "#testing/made-up-secrets.js";
import { openBlobReader } from "#tree/git.js";
import { readPastSecrets } from "./past-secrets.js";

let folder = "";
const author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid", "-c", "commit.gpgsign=false"];
const commit = async (text: string) => {
  await writeFile(join(folder, "config.yaml"), text);
  execFileSync("git", ["add", "-A"], { cwd: folder });
  execFileSync("git", [...author, "commit", "-q", "-m", "change"], { cwd: folder });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "preflight-past-"));
  execFileSync("git", ["init", "-q"], { cwd: folder });
  await commit(`a: 1\napi_key: "${madeUpSecrets.runpod}"\n`);
  await commit("a: 1\napi_key: from the environment\n");
});
afterAll(() => rm(folder, { recursive: true }));

it("finds a key that was deleted, without its value, and nothing of what is there today", async () => {
  const blobs = openBlobReader(folder);
  const found = await readPastSecrets(folder, blobs);
  blobs.close();
  expect(found).toMatchObject([{ path: "config.yaml", line: 2 }]);
  expect(JSON.stringify(found)).not.toContain(madeUpSecrets.runpod);
});

it("says nothing outside a repository", async () => {
  const blobs = openBlobReader(tmpdir());
  expect(await readPastSecrets("/", blobs)).toBeUndefined();
  blobs.close();
});
