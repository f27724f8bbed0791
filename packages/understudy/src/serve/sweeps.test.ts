import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { sharePeopleWorld } from "#people/testing/people-world.js";
import { transaction } from "#postgres/database.js";
import { deadProcess } from "#records/testing/sample-record.js";
import { renderKeys, renderPrefix } from "#renders/render-keys.js";
import type { RenderOrder } from "#renders/render-order.js";
import { startSweeps, sweepOnce, type SweepServices } from "./sweeps.js";

const shared = sharePeopleWorld();

const aDayMs = 86_400_000;

/** A finished render of one person, and a way to let days pass. */
async function finishedRender(
  retention: Partial<SweepServices["config"]["retention"]> = {},
  order: Partial<RenderOrder> = {},
) {
  const world = shared();
  const { service, clock } = world;
  const workFolder = await mkdtemp(join(tmpdir(), "understudy-sweeps-"));
  onTestFinished(() => rm(workFolder, { recursive: true, force: true }));
  const owner = await world.newOwner();
  const consent = await world.consent(owner, "jo");
  const { id, endedAt } = await world.render(owner, consent, { state: "finished", order });
  const config = { retention: { inputDays: 7, outputDays: 0, templateDays: 30, evidenceDays: 1095, ...retention } };
  const services: SweepServices = { ...service, config, workFolder, others: [] };
  const { ownerId } = owner;
  return {
    world,
    ownerId,
    consent,
    id,
    services,
    workFolder,
    /** Sweeps so many days after the render's end. */
    async sweep(
      days: number,
      { isThorough = false, ...changes }: Partial<SweepServices> & { isThorough?: boolean } = {},
    ) {
      clock.now = new Date(endedAt!.getTime() + days * aDayMs + 1);
      await sweepOnce({ ...services, ...changes }, isThorough);
    },
    /** Parts of the render that are in the artifact store: `inputs`, `work`, `out`. */
    async parts() {
      const keys = await service.artifacts.list(renderPrefix(id));
      return [...new Set(keys.map((key) => key.split("/")[2]))].sort();
    },
    render: async () => (await service.renders.get(ownerId, id))!,
    record: () => service.dataOf(ownerId).renders.get(id),
    linkStatus: async () => {
      const path = (await service.renders.get(ownerId, id))!.files![0]!.path;
      return (await world.api.request(path)).status;
    },
  };
}

describe("a sweep", () => {
  it("removes inputs and what a retry would need after their days, and nothing else", async () => {
    const { sweep, parts, render } = await finishedRender();
    await sweep(6);
    expect(await parts()).toEqual(["inputs", "out", "work"]);
    await sweep(7);
    expect(await parts()).toEqual(["out"]);
    expect(await render()).toMatchObject({ state: "finished", inputsRemovedAt: expect.any(Date) as Date });
  });

  it("removes words with the inputs, also what children heard, and from the manifest with the results", async () => {
    const recording = { kind: "url", url: "https://voices.example/jo.wav" } as const;
    const rules = { allowLipMismatch: true, underSpeech: "duck" } as const;
    const speech = { ...rules, script: "Fold the lamp.", sample: { recording, text: "Lamps fold." } };
    const captions = { mode: "burn", transcript: "The lamp, folded." } as const;
    const { sweep, world, id, render } = await finishedRender({ outputDays: 9 }, { speech, captions });
    const { pool } = world.service.database;
    await pool.query(
      "insert into understudy.kept_child (render_id, name, outcome, files, kept_at) values ($1, 'voice', '\"lamp\"', '[]', now())",
      [id],
    );
    const passage = { index: 0, text: "Fold the lamp.", startSeconds: 5, endSeconds: 9, estimatedSeconds: 2 };
    await pool.query(
      "update understudy.render set manifest = jsonb_set(manifest, '{plan,passages}', $2) where id = $1",
      [id, JSON.stringify([passage])],
    );
    const saidIn = async () => {
      const { rows } = await pool.query<{ said: boolean }>(
        `select strpos(lower(one::text), 'lamp') > 0 as said from (
           select wish::text from understudy.render where id = $1
           union all select manifest::text from understudy.render where id = $1
           union all select outcome::text from understudy.kept_child where render_id = $1) one`,
        [id],
      );
      return rows.filter(({ said }) => said).length;
    };
    await sweep(6);
    expect(await saidIn()).toBe(3);
    await sweep(7);
    expect(await saidIn()).toBe(1);
    expect((await render()).order).toMatchObject({
      speech: { ...rules, sample: { recording } },
      captions: { mode: "burn" },
    });
    await sweep(9);
    expect(await saidIn()).toBe(0);
    expect((await render()).manifest?.plan).toMatchObject({ passages: [] });
  });

  it("keeps results as long as nobody limits that", async () => {
    const { sweep, parts, linkStatus } = await finishedRender();
    await sweep(36_000);
    expect(await parts()).toEqual(["out"]);
    expect(await linkStatus()).toBe(200);
  });

  it("removes results after their days: the link leads nowhere, the record says so", async () => {
    const { sweep, parts, render, record, linkStatus, world } = await finishedRender({ outputDays: 30 });
    await sweep(29);
    expect(await linkStatus()).toBe(200);
    await sweep(30);
    expect(await parts()).toEqual([]);
    expect(await linkStatus()).toBe(404);
    expect(await render()).toMatchObject({ state: "finished", outputsRemovedAt: world.clock.now });
    expect(await record()).toMatchObject({ state: "finished", publishedRemovedAt: world.clock.now.toISOString() });
  });

  it("goes on with results that a crash left half removed", async () => {
    const { sweep, parts, render, services } = await finishedRender({ outputDays: 1 });
    const removeAll = (prefix: string) =>
      prefix.endsWith("/out/") ? Promise.reject(new Error("killed")) : services.artifacts.removeAll(prefix);
    await expect(sweep(1, { artifacts: { ...services.artifacts, removeAll } })).rejects.toThrow("killed");
    expect((await render()).outputsRemovedAt).toBeUndefined();
    await sweep(1);
    expect(await parts()).not.toContain("out");
  });

  it("removes consents after their days, and then what led from a removed video to the person", async () => {
    const { sweep, record, consent, ownerId, services } = await finishedRender({ outputDays: 60, evidenceDays: 30 });
    const data = services.dataOf(ownerId);
    const revokedAt = services.now().toISOString();
    await data.consents.revoke({ consentId: consent.id, revokedAt });
    await sweep(31);
    expect(await data.consents.get(consent.id)).toBeUndefined();
    expect(await record()).toBeDefined();
    // No consent is left by which the owner would be found.
    await sweep(61);
    expect(await record()).toBeUndefined();
  });

  it("removes files of renders that are not listed, when it is thorough", async () => {
    const { sweep, services, workFolder, parts } = await finishedRender();
    const key = renderKeys.input("render_00000000000000ff", "face-0");
    const path = join(workFolder, "face");
    await writeFile(path, "x");
    const sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    const file = { path, sha256, byteLength: 1, mediaType: "image/jpeg" };
    await services.artifacts.put(key, file, AbortSignal.timeout(10_000));
    await sweep(0);
    expect(await services.artifacts.byteLength(key)).toBe(1);
    await sweep(0, { isThorough: true });
    expect(await services.artifacts.byteLength(key)).toBeUndefined();
    expect(await parts()).toEqual(["inputs", "out", "work"]);
  });

  it("forgets what requests were sent a day after them", async () => {
    const { sweep, services, id, ownerId } = await finishedRender();
    const { pool } = services.database;
    await pool.query(
      "insert into understudy.idempotency_key (owner_id, key, request_sha256, render_id, created_at) values ($1, 'once', $2, $3, $4)",
      [ownerId, Buffer.alloc(32), id, services.now()],
    );
    const count = async () =>
      (await pool.query("select from understudy.idempotency_key where owner_id = $1", [ownerId])).rowCount;
    await sweep(0.9);
    expect(await count()).toBe(1);
    await sweep(1.1);
    expect(await count()).toBe(0);
  });

  it("lets the other parts of the service sweep theirs, one process at a time", async () => {
    const { sweep, services } = await finishedRender();
    const seen: Date[] = [];
    const others = [async (now: Date) => void seen.push(now)];
    await transaction(services.database.pool, async (sql) => {
      await sql.query("select pg_advisory_xact_lock(hashtext('understudy.sweep'))");
      await sweep(1, { others });
    });
    expect(seen).toEqual([]);
    await sweep(1, { others });
    expect(seen).toEqual([services.now()]);
  });

  it("removes the work folders of killed runners on this machine, and of no other", async () => {
    const { sweep, workFolder } = await finishedRender();
    const owners = { dead: deadProcess, alive: { pid: process.pid } };
    for (const [name, owner] of Object.entries(owners)) {
      await mkdir(join(workFolder, name));
      await writeFile(join(workFolder, name, "owner.json"), JSON.stringify(owner));
    }
    await mkdir(join(workFolder, "nameless"));
    await sweep(0);
    expect((await readdir(workFolder)).sort()).toEqual(["alive", "nameless"]);
  });
});

describe("sweeping", () => {
  it("begins at once, outlives a failure, and ends when it is told to", async () => {
    const { services } = await finishedRender();
    let tell: (facts: unknown) => void = () => undefined;
    const heard = new Promise<unknown>((resolve) => (tell = resolve));
    const log = { ...services.log, warn: (facts: object, message: string) => tell({ ...facts, message }) };
    const others = [() => Promise.reject(new Error("the bucket is away"))];
    const end = startSweeps({ ...services, log, others });
    expect(await heard).toMatchObject({ error: { message: "the bucket is away" } });
    await end();
  });
});
