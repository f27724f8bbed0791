import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Pool } from "pg";
import { loadConfig } from "#config/index.js";
import type { DoctorProbes, DoctorWorld } from "#doctor/index.js";
import { readMigrations } from "#postgres/migrate.js";
import { createDiskArtifacts } from "#storage/disk-artifacts.js";

/** What the made-up clock shows. */
export const doctorNow = new Date("2026-01-01T00:00:00.000Z");

/** Facts of a made-up database. */
export interface FakeDatabaseFacts {
  readonly major?: number;
  /** Default those of this release; undefined: there are no tables. */
  readonly applied?: readonly { readonly name: string; readonly sha256: string }[] | undefined;
  readonly now?: Date;
}

/** Probes of an installation that lacks nothing; `parts` replaces what a test is about. */
export async function healthyProbes(
  parts: Partial<DoctorProbes> & { readonly database?: FakeDatabaseFacts } = {},
): Promise<DoctorProbes> {
  const { database = {}, ...others } = parts;
  const migrations = await readMigrations();
  return {
    machine: () => ({
      nodeVersion: "20.19.0",
      platform: "linux",
      architecture: "x64",
      cores: 4,
      memoryBytes: 8 * 1024 ** 3,
    }),
    freeBytes: async () => 100 * 1024 ** 3,
    checkEngine: async () => ({ weights: [{ file: "a.bin", licence: "MIT" }], loadSeconds: 0.5 }),
    checkMedia: async () => ({ name: "node-av 1", frames: 10 }),
    openDatabase: async () => ({
      pool: fakePool({ major: 18, applied: migrations, now: doctorNow, ...database }),
      connection: {},
      url: "",
      close: async () => undefined,
    }),
    openArtifacts: async ({ config }) => createDiskArtifacts(join(config.dataFolder, "artifacts")),
    readLink: async () => {
      throw new Error("a disk has no links");
    },
    ...others,
  };
}

/** An installation in a folder of the test's own, removed when it is over. */
export async function healthyWorld(
  parts: Parameters<typeof healthyProbes>[0] = {},
  options: { readonly env?: Record<string, string>; readonly fix?: boolean } = {},
): Promise<DoctorWorld> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-doctor-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const env = { UNDERSTUDY_DATA_FOLDER: join(folder, "data"), ...options.env };
  const { config } = await loadConfig({ cwd: folder, env, configPath: undefined });
  return {
    config,
    io: { env, signal: new AbortController().signal, now: () => doctorNow },
    probes: await healthyProbes(parts),
    scratchFolder: folder,
    fix: options.fix ?? false,
  };
}

/** Answers the doctor's questions; no table in Airtable is connected. */
function fakePool({ major, applied, now }: FakeDatabaseFacts): Pool {
  const query = async (text: string) => {
    if (text.includes("server_version")) return { rows: [{ version: `${major}.0`, major }] };
    if (text.includes("to_regclass")) return { rows: [{ has: applied !== undefined }] };
    if (text.includes("understudy.migration")) return { rows: applied };
    if (text.includes("understudy.airtable_connection")) return { rows: [] };
    if (text.includes("clock_timestamp")) return { rows: [{ now }] };
    throw new Error(`nobody expected: ${text}`);
  };
  return { query } as unknown as Pool;
}
