import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { templateName } from "@understudy/render";
import { expect, onTestFinished, test } from "vitest";
import { sqlOf, type Database } from "#postgres/database.js";
import { openTestDatabase } from "#postgres/testing/test-database.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { createDiskArtifacts } from "#storage/disk-artifacts.js";
import { createOwnerTemplates } from "./owner-templates.js";
import { sweepTemplates } from "./sweep-templates.js";

const name = templateName("ab".repeat(32), "tracks-v1-0-150.track");
const other = templateName("cd".repeat(32), "tracks-v1-0-150.track");
const { signal } = new AbortController();

async function room(change: Partial<ArtifactStore> = {}) {
  const database: Pick<Database, "pool"> = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), "understudy-templates-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const artifacts = { ...createDiskArtifacts(join(folder, "artifacts")), ...change };
  const clock = { now: new Date("2026-01-01T00:00:00Z") };
  const failures: unknown[] = [];
  const made = join(folder, "made.track");
  await writeFile(made, "where the faces are");
  const of = (ownerId: string) =>
    createOwnerTemplates(ownerId, {
      sql: sqlOf(database.pool),
      artifacts,
      now: () => clock.now,
      onFailed: (thrown) => failures.push(thrown),
    });
  return { database, artifacts, clock, failures, made, of, taken: join(folder, "taken.track") };
}

test("what one render of an owner kept, the next one takes; another owner's render does not", async () => {
  const { of, made, taken, failures } = await room();
  expect(await of("ann").fetch(name, taken, signal)).toBe(false);
  await of("ann").keep(name, made, signal);
  expect(await of("ben").fetch(name, taken, signal)).toBe(false);
  expect(await of("ann").fetch(name, taken, signal)).toBe(true);
  expect(await readFile(taken, "utf8")).toBe("where the faces are");
  expect(failures).toEqual([]);
});

test("a store that fails costs the template, not the render", async () => {
  const broken = () => Promise.reject(new Error("the bucket is away"));
  const { of, made, taken, failures } = await room({ put: broken, fetch: broken });
  await of("ann").keep(name, made, signal);
  expect(await of("ann").fetch(name, taken, signal)).toBe(false);
  expect(failures).toHaveLength(2);
});

test("a cancelled render ends with its signal's reason", async () => {
  const { of, made } = await room();
  await expect(of("ann").keep(name, made, AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
});

test("a template goes when no render has used it for so many days; use lets it stay", async () => {
  const { database, of, made, taken, clock, artifacts } = await room();
  await of("ann").keep(name, made, signal);
  await of("ann").keep(other, made, signal);
  clock.now = new Date("2026-01-20T00:00:00Z");
  await of("ann").fetch(other, taken, signal);
  const sweep = (day: string) => sweepTemplates({ database, artifacts }, 30, new Date(day));
  expect(await sweep("2026-01-30T23:59:00Z")).toBe(0);
  expect(await sweep("2026-01-31T00:00:00Z")).toBe(1);
  expect(await artifacts.list("templates/")).toEqual([`templates/ann/${other}`]);
  expect(await sweep("2026-03-01T00:00:00Z")).toBe(1);
  expect(await artifacts.list("templates/")).toEqual([]);
});
