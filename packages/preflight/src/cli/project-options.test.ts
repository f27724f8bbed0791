import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PreflightIo } from "./io.js";
import { projectOptions, type ProjectFlags } from "./project-options.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "preflight-options-"));
  await mkdir(join(folder, "worker/base"), { recursive: true });
  await writeFile(join(folder, "worker/base/Dockerfile"), "FROM scratch\n");
});
afterAll(() => rm(folder, { recursive: true }));

const ask = async (cwd: string, path: string | undefined, flags: ProjectFlags) => {
  const io = { cwd: join(folder, cwd), now: () => new Date(0), signal: new AbortController().signal };
  const { root, dockerfile, context } = await projectOptions(path, flags, io as PreflightIo);
  return { root: root.slice(folder.length), dockerfile, context };
};
const whole = { root: "/worker", dockerfile: "base/Dockerfile", context: "" };

it("takes paths from the project's folder, from where the command stands, and absolute ones", async () => {
  expect(await ask("worker", undefined, { dockerfile: "base/Dockerfile", context: "." })).toEqual(whole);
  expect(await ask(".", "worker", { dockerfile: "base/Dockerfile", context: "." })).toEqual(whole);
  expect(await ask(".", "worker", { dockerfile: "worker/base/Dockerfile", context: "worker" })).toEqual(whole);
  const absolute = join(folder, "worker/base/Dockerfile");
  expect(await ask(".", "worker", { dockerfile: absolute, context: join(folder, "worker") })).toEqual(whole);
});

it("leaves a path that is nowhere as it is, for the engine to name", async () => {
  expect(await ask("worker", undefined, { dockerfile: "absent" })).toMatchObject({ dockerfile: "absent" });
  expect(await ask("worker", ".", { context: "../.." })).toMatchObject({ context: "../.." });
});
