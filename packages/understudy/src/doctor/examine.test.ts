import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { makeKeys, UnderstudyError, writeKeys } from "@understudy/render";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadConfig } from "#config/index.js";
import { createAirtableDesk } from "#connectors/airtable/connections/airtable-desk.js";
import { mapColumns } from "#connectors/airtable/connections/columns.js";
import type { MappedColumns } from "#connectors/airtable/connections/connection.js";
import { usualFields } from "#connectors/airtable/testing/fake-airtable.js";
import { openAirtableStandIn } from "#connectors/airtable/testkit/stand-in.js";
import { openDataFolder } from "#records/data-folder.js";
import { deadProcess, sampleRecord } from "#records/testing/sample-record.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { createDiskArtifacts } from "#storage/disk-artifacts.js";
import { openTestDatabase } from "#postgres/testing/test-database.js";
import { airtableCheck } from "./checks/airtable.js";
import { examine } from "./examine.js";
import { verdictOf, type Finding } from "./finding.js";
import { doctorNow, healthyWorld } from "./testing/healthy.js";
import type { DoctorWorld } from "./world.js";

const look = (world: DoctorWorld) => examine(world, () => undefined);

/** The findings that are not `ok`. */
async function diagnose(...world: Parameters<typeof healthyWorld>) {
  const findings = await look(await healthyWorld(...world));
  return findings.filter(({ level }) => level !== "ok");
}

const found = (findings: readonly Finding[], id: string) => findings.find((finding) => finding.id === id);

describe("a healthy installation", () => {
  it("is GO, and each part is told", async () => {
    const told: Finding[] = [];
    const findings = await examine(await healthyWorld(), (finding) => void told.push(finding));
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
    expect(verdictOf(findings)).toBe("GO");
    expect(told).toEqual(findings);
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
    expect(findings.map(({ id }) => id)).toEqual([
      "node",
      "system",
      "cores",
      "memory",
      "disk-data",
      "disk-temporary",
      "data-folder",
      "data-folder-rights",
      "signing-keys",
      "weights",
      "networks",
      "licences",
      "media",
      "database",
      "tables",
      "database-clock",
      "artifacts",
      "public-url",
      "consent-policy",
      "airtable",
      "leftovers",
    ]);
  });

  it("may have a real database", async () => {
    const database = await openTestDatabase();
    const world = await healthyWorld({ openDatabase: async () => database });
    const findings = await look({ ...world, io: { ...world.io, now: () => new Date() } });
    expect(["database", "tables", "database-clock"].map((id) => found(findings, id)?.level)).toEqual([
      "ok",
      "ok",
      "ok",
    ]);
  });
});

describe("a machine that will not do", () => {
  const machine = { nodeVersion: "20.18.3", platform: "sunos", architecture: "x64", cores: 1, memoryBytes: 1e9 };

  it("is told part by part", async () => {
    const findings = await diagnose({ machine: () => machine });
    expect(findings.map(({ id, level }) => [id, level])).toEqual([
      ["node", "error"],
      ["system", "warning"],
      ["cores", "warning"],
      ["memory", "warning"],
    ]);
    expect(findings.every(({ remedy }) => remedy.length > 10)).toBe(true);
  });

  it.each([
    [0.1, ["error", "error"]],
    [0.5, ["error", "warning"]],
    [3, ["warning"]],
    [6, []],
  ])("%d GB of free disk", async (gigabytes, levels) => {
    const findings = await diagnose({ freeBytes: async () => gigabytes * 1024 ** 3 });
    expect(findings.map(({ level }) => level)).toEqual(levels);
  });

  it("says what runs the networks, and on what", async () => {
    const runtime = { library: "onnxruntime-node", version: "1.0.0", providers: ["cpu", "cuda"] };
    const world = await healthyWorld({ checkEngine: async () => ({ weights: [], loadSeconds: 0.5, runtime }) });
    expect(found(await look(world), "networks")).toMatchObject({
      level: "ok",
      evidence: "0.5 s, onnxruntime-node 1.0.0 for cpu, cuda",
    });
  });

  it("without weights, networks or a media stack", async () => {
    const weights = [{ file: "a.bin", licence: "CC-BY-NC-4.0", problem: "a.bin is not there." }];
    const findings = await diagnose({
      checkEngine: async () => ({ weights, loadSeconds: 0, problem: "no WebAssembly" }),
      checkMedia: async () => {
        throw new UnderstudyError("internal-error", "The media stack does not load.");
      },
    });
    expect(findings.map(({ id, level, evidence }) => [id, level, evidence])).toEqual([
      ["weights", "error", "a.bin is not there."],
      ["networks", "error", "no WebAssembly"],
      ["licences", "warning", "CC-BY-NC-4.0"],
      ["media", "error", "internal-error: The media stack does not load."],
    ]);
  });
});

describe("the data folder", () => {
  it("that others may read is an error until --fix has put it right", async () => {
    const world = await healthyWorld();
    const { dataFolder } = world.config;
    const { keysFolder } = openDataFolder(dataFolder);
    await writeKeys(keysFolder, await makeKeys({ now: doctorNow }));
    const keys = join(keysFolder, "signing-keys.pem");
    for (const path of [dataFolder, keys]) await chmod(path, 0o755);
    const before = await look(world);
    expect(found(before, "data-folder-rights")).toMatchObject({ level: "error", fixable: true });
    expect(found(before, "signing-keys")).toMatchObject({
      level: "error",
      evidence: expect.stringMatching(/^keys-exposed/),
    });
    expect((await stat(keys)).mode & 0o777).toBe(0o755);
    const after = await look({ ...world, fix: true });
    expect(verdictOf(after)).toBe("GO");
    expect((await stat(keys)).mode & 0o777).toBe(0o600);
    expect((await stat(dataFolder)).mode & 0o777).toBe(0o700);
  });

  it("that is a file is an error, and the rest is looked at all the same", async () => {
    const world = await healthyWorld();
    await writeFile(world.config.dataFolder, "");
    const findings = await look(world);
    expect(found(findings, "data-folder")?.level).toBe("error");
    expect(found(findings, "database")?.level).toBe("ok");
  });

  it("warns a month before the signing keys end", async () => {
    const world = await healthyWorld();
    await writeKeys(openDataFolder(world.config.dataFolder).keysFolder, await makeKeys({ now: doctorNow }));
    const keys = found(await look(world), "signing-keys")!;
    const end = new Date(/\d{4}-\d\d-\d\d/.exec(keys.evidence)![0]);
    const lastWeek = new Date(end.getTime() - 7 * 86_400_000);
    const findings = await look({ ...world, io: { ...world.io, now: () => lastWeek } });
    expect([keys.level, found(findings, "signing-keys")?.level]).toEqual(["ok", "warning"]);
  });

  it("gets rid of what killed renders left, with --fix only", async () => {
    const world = await healthyWorld();
    const { dataFolder } = world.config;
    const folder = join(dataFolder, "work", ".understudy-0123456789ab");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(dataFolder, 0o700);
    await writeFile(join(folder, "owner.json"), JSON.stringify(deadProcess));
    await openDataFolder(dataFolder).renders.start({ ...sampleRecord(), process: deadProcess });
    expect(found(await look(world), "leftovers")).toMatchObject({
      level: "warning",
      evidence: "1 renders, 1 work folders",
      fixable: true,
    });
    expect(found(await look({ ...world, fix: true }), "leftovers")?.level).toBe("ok");
    expect(found(await look(world), "leftovers")).toMatchObject({ level: "ok", evidence: "none" });
    await expect(stat(folder)).rejects.toThrow("ENOENT");
  });
});

describe("the database", () => {
  it("that does not open", async () => {
    const refused = new UnderstudyError("database-unavailable", "No way to postgres://ada:secret@host/db.");
    const findings = await diagnose({ openDatabase: () => Promise.reject(refused) });
    expect(findings).toMatchObject([{ id: "database", level: "error" }]);
    expect(JSON.stringify(findings)).not.toContain("secret");
  });

  it.each([
    ["too old", { major: 13 }, [["database", "error"]]],
    ["without tables", { applied: undefined }, []],
    ["of an earlier release", { applied: [] }, []],
    ["of another release", { applied: [{ name: "0001_x.sql", sha256: "other" }] }, [["tables", "error"]]],
    ["ten seconds ahead", { now: new Date(doctorNow.getTime() + 10_000) }, [["database-clock", "warning"]]],
    ["an hour behind", { now: new Date(doctorNow.getTime() - 3_600_000) }, [["database-clock", "error"]]],
  ])("%s", async (_, database, expected) => {
    expect((await diagnose({ database })).map(({ id, level }) => [id, level])).toEqual(expected);
  });
});

describe("the artifact store", () => {
  /** A bucket that is a folder, with links. */
  const bucketWith = async (parts: Partial<ArtifactStore>) => {
    const { scratchFolder } = await healthyWorld();
    const linkTo = async () => "https://bucket.test/doctor?X-Amz-Signature=abc";
    return { ...createDiskArtifacts(join(scratchFolder, "bucket")), linkTo, ...parts };
  };
  const answer = { status: 200, bytes: new Uint8Array(), date: doctorNow };

  it("is read by a signed link, whose answer tells the bucket's time", async () => {
    let bytes: Uint8Array = new Uint8Array();
    const store = await bucketWith({});
    const openArtifacts = async () => ({
      ...store,
      open: async (key: string) => {
        bytes = await buffer(await store.open(key));
        return store.open(key);
      },
    });
    const late = new Date(doctorNow.getTime() + 120_000);
    const findings = await diagnose({ openArtifacts, readLink: async () => ({ ...answer, bytes, date: late }) });
    expect(findings.map(({ id, level }) => [id, level])).toEqual([["bucket-clock", "warning"]]);
    expect(await store.list("")).toEqual([]);
  });

  it("whose links are refused is an error, and no link is told", async () => {
    const openArtifacts = async () => bucketWith({});
    const findings = await diagnose({ openArtifacts, readLink: async () => ({ ...answer, status: 403 }) });
    expect(findings).toMatchObject([{ id: "artifact-links", level: "error", evidence: "status 403, 0 bytes" }]);
    expect(JSON.stringify(findings)).not.toContain("Signature");
  });

  it("that keeps what was removed, or takes nothing, is an error", async () => {
    const keeps = async () => bucketWith({ byteLength: async () => 1000, linkTo: async () => undefined });
    expect(await diagnose({ openArtifacts: keeps })).toMatchObject([{ id: "artifacts", level: "error" }]);
    const put = () => Promise.reject(new UnderstudyError("upload-failed", "The bucket refused."));
    expect(await diagnose({ openArtifacts: async () => bucketWith({ put }) })).toMatchObject([
      { id: "artifacts", level: "error", evidence: "upload-failed: The bucket refused." },
    ]);
  });
});

describe("tables in Airtable", () => {
  const connected = async () => {
    const airtable = await openAirtableStandIn();
    onTestFinished(() => airtable.close());
    airtable.addToken({ token, scopes: ["schema.bases:read", "data.records:read", "data.records:write"] });
    const base = airtable.addBase({ tables: [{ name: "Videos", fields: usualFields }] });
    const database = await openTestDatabase();
    const env = { UNDERSTUDY_NETWORK_ALLOW: "loopback", AIRTABLE_ENDPOINT_URL: airtable.url, AIRTABLE_TOKEN: token };
    const signal = new AbortController().signal;
    const { config } = await loadConfig({ cwd: "/", env, configPath: undefined });
    const desk = createAirtableDesk({ database, config, io: { env, signal, now: () => doctorNow } });
    const { key } = await desk.keys.create({ name: "airtable: Videos", scopes: ["renders:write"] });
    const client = desk.clientOf({ tokenVariable: "AIRTABLE_TOKEN" });
    const [table] = await client.tables(base.id);
    await desk.connections.keep({
      ownerId: key.ownerId,
      keyId: key.keyId,
      baseId: base.id,
      tableId: table!.id,
      tableName: "Videos",
      tokenVariable: "AIRTABLE_TOKEN",
      columns: mapColumns(table!.fields, {}).columns as MappedColumns,
      consent: { kind: "on-record" },
    });
    const look = async (more: Record<string, string> = {}) => {
      const world = await healthyWorld({ openDatabase: async () => database }, { env: { ...env, ...more } });
      return airtableCheck.examine(world);
    };
    return { airtable, table: table!, look };
  };
  const token = "patA1b2C3d4E5f6G7.0123456789abcdef";

  it("are asked about at Airtable, and what is wrong is an error that does not tell the token", async () => {
    const { airtable, table, look } = await connected();
    const levels = (findings: readonly Finding[]) => findings.map(({ id, level }) => `${id} ${level}`);
    expect(levels(await look())).toEqual([
      "airtable-key ok",
      "airtable-token ok",
      "airtable-table ok",
      "airtable-webhook ok",
    ]);
    airtable.removeField(table.id, "Status");
    const findings = await look();
    expect(levels(findings)).toContain("airtable-table error");
    expect(JSON.stringify(findings)).not.toContain(token);
    expect(levels(await look({ AIRTABLE_TOKEN: "" }))).toEqual(["airtable-key ok", "airtable-token error"]);
  });

  it("are not looked for where the database does not open: that is told once", async () => {
    const openDatabase = () => Promise.reject(new UnderstudyError("database-unavailable", "It is away."));
    expect((await diagnose({ openDatabase })).map(({ id }) => id)).toEqual(["database"]);
  });
});

describe("settings", () => {
  const shared = { DATABASE_URL: "postgres://host/db" };
  const url = (publicUrl: string) => ({ UNDERSTUDY_SERVER_PUBLIC_URL: publicUrl });

  it.each([
    [shared, ["public-url"]],
    [{ ...shared, ...url("https://host") }, []],
    [url("http://127.0.0.1:8080"), []],
    [url("http://host.example"), ["public-url"]],
  ])("the public address of %j", async (env, expected) => {
    expect((await diagnose({}, { env })).map(({ id }) => id)).toEqual(expected);
  });

  it("a standing attestation that is cut short, or has run out, is an error", async () => {
    const standing = (name: string, value: string) => ({ [`UNDERSTUDY_CONSENT_STANDING_${name}`]: value });
    const short = standing("OPERATOR", "A");
    const whole = {
      ...short,
      ...standing("STATEMENT", "B"),
      ...standing("USE", "C"),
      ...standing("AGE_CONFIRMED", "true"),
    };
    const past = { ...whole, ...standing("EXPIRES_AT", "2025-12-31T00:00:00Z") };
    const live = { ...whole, ...standing("EXPIRES_AT", "2026-12-31T00:00:00Z") };
    const levels = async (env: Record<string, string>) =>
      (await diagnose({}, { env })).map(({ id, level }) => [id, level]);
    expect(await levels(short)).toEqual([["consent-policy", "error"]]);
    expect(await levels(past)).toEqual([["consent-policy", "error"]]);
    expect(await levels(live)).toEqual([]);
  });
});

it("a stop ends the examination", async () => {
  const world = await healthyWorld();
  const controller = new AbortController();
  const stopped = { ...world, io: { ...world.io, signal: controller.signal } };
  const examined = examine(stopped, ({ id }) => id === "media" && controller.abort(new Error("stopped")));
  await expect(examined).rejects.toThrow("stopped");
});
