import { describe, expect, test } from "vitest";
import { attest } from "#consent/attest.js";
import { sampleConnection, seedConnection } from "#connectors/airtable/testing/sample-rows.js";
import { erasePerson, type PersonErasure } from "./erase-person.js";
import { findPerson } from "./find-person.js";
import type { PeopleDesk } from "./people-desk.js";
import { reportPublicly } from "./report-publicly.js";
import { sha256Of, sharePeopleWorld, type PeopleWorld } from "./testing/people-world.js";

const shared = sharePeopleWorld();

const impatient = { milliseconds: 0, pause: async () => undefined };

/** An owner with two people; Jo has everything that the service can hold of somebody. */
async function twoPeople(world: PeopleWorld) {
  const owner = await world.newOwner();
  const { ownerId } = owner;
  const [jo, al] = [await world.consent(owner, "jo"), await world.consent(owner, "al")];
  const photo = await world.upload(owner, "jo.jpg");
  const othersPhoto = await world.upload(owner, "al.jpg");
  const ofJo = await world.render(owner, jo, { state: "finished" });
  const faces = [{ kind: "upload", uploadId: photo } as const, { kind: "library", path: "jo/best.jpg" } as const];
  const undecided = await world.render(owner, jo, {
    state: "queued",
    order: { faces, consent: { kind: "on-record" } },
  });
  const ofAl = await world.render(owner, al, { state: "finished" });
  const { token } = await world.service.personLinks.make({ ownerId, subjectId: jo.subject.id });
  const subjectId = jo.subject.id;
  const erase = (wish: Partial<PersonErasure> = {}, desk: PeopleDesk = world.service) =>
    erasePerson({ ownerId, subjectId, isDryRun: false, patience: impatient, ...wish }, desk);
  return { owner, ownerId, subjectId, jo, al, photo, othersPhoto, ofJo, undecided, ofAl, token, erase };
}

/** They hold ids, times and counts, which lead to nobody any more. */
const keepsIds: ReadonlySet<string> = new Set(["audit_line", "erasure_note", "webhook_message"]);

/** Names of tables in which a text stands anywhere. */
async function tablesWith({ service }: PeopleWorld, text: string): Promise<string[]> {
  const { rows } = await service.database.pool.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'understudy' order by 1",
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const where = "strpos(to_jsonb(one)::text, $1) > 0";
    const { rowCount } = await service.database.pool.query(`select 1 from understudy.${name} one where ${where}`, [
      text,
    ]);
    if (rowCount !== 0) found.push(name);
  }
  return found;
}

describe("erasing a person from the service", () => {
  test("removes all of theirs, proves it with counts, and leaves everybody else's", async () => {
    const world = shared();
    const { ownerId, subjectId, jo, al, photo, othersPhoto, ofJo, undecided, ofAl, token, erase } =
      await twoPeople(world);
    const report = await erase();
    expect(report).toMatchObject({ subjectId, outcome: "erased", remaining: [], stoppedRenders: [undecided.id] });
    // Of the finished render an input, a clip and two outputs lay there.
    expect(report.counts).toMatchObject({ renders: 2, workFiles: 2, outputs: 2, uploads: 1, personLinks: 1 });
    expect(report.kept).toEqual(["jo/best.jpg"]);

    const { artifacts, renders, uploads, personLinks } = world.service;
    expect(await artifacts.list(`renders/${ofJo.id}/`)).toEqual([]);
    expect(await artifacts.list(`uploads/${photo}/`)).toEqual([]);
    expect(await personLinks.find(token)).toBeUndefined();
    expect(await renders.get(ownerId, ofJo.id)).toBeUndefined();
    for (const text of [subjectId, jo.id, sha256Of("jo.jpg")]) {
      const tables = await tablesWith(world, text);
      expect(tables.filter((name) => !keepsIds.has(name))).toEqual([]);
    }

    expect(await renders.get(ownerId, ofAl.id)).toMatchObject({ state: "finished" });
    expect(await artifacts.list(`renders/${ofAl.id}/`)).toHaveLength(4);
    expect(await uploads.get(ownerId, othersPhoto)).toBeDefined();
    expect(await world.service.dataOf(ownerId).consents.get(al.id)).toBeDefined();
  });

  test("removes every video that shows them beside somebody else, and nothing else of the other's", async () => {
    const world = shared();
    const { owner, ownerId, subjectId, jo, al, photo, ofAl, erase } = await twoPeople(world);
    const together = await world.render(owner, al, { state: "finished", others: [jo] });
    const face = (uploadId: string) => [{ kind: "upload", uploadId } as const];
    const asked = await world.render(owner, al, {
      state: "queued",
      order: { others: [{ faces: face(photo), consent: { kind: "on-record" } }] },
    });
    const { service } = world;
    await reportPublicly({ about: together.id, text: "That is me." }, service);
    const [reported] = await service.reports.list(ownerId, { isOpen: true, limit: 9 });
    expect([reported?.renderId, reported?.subjectId]).toEqual([together.id, undefined]);

    const report = await erase();
    expect(report).toMatchObject({ outcome: "erased", remaining: [] });
    expect(report.stoppedRenders).toContain(asked.id);
    for (const { id } of [together, asked]) expect(await service.renders.get(ownerId, id)).toBeUndefined();
    expect(await service.artifacts.list(`renders/${together.id}/`)).toEqual([]);
    for (const text of [subjectId, jo.id, sha256Of("jo.jpg"), together.id]) {
      const tables = await tablesWith(world, text);
      expect(tables.filter((name) => !keepsIds.has(name))).toEqual([]);
    }
    expect(await service.renders.get(ownerId, ofAl.id)).toMatchObject({ state: "finished" });
    expect(await service.dataOf(ownerId).consents.get(al.id)).toBeDefined();
  });

  test("finds uploads of what they signed, and of what was made of them, but not what others signed as well", async () => {
    const world = shared();
    const { owner, ownerId, ofJo, erase } = await twoPeople(world);
    const sign = async (name: string, document: string) => {
      const photos = [{ sha256: sha256Of(`${name}.jpg`) }];
      const wish = { subject: { name }, photos, operator: "Sam Operator", use: "videos", ageConfirmed: true };
      const answer = await owner.ask("POST", "/v1/consents", {
        ...wish,
        method: "e-signature",
        document: { uploadId: document },
      });
      expect(answer.status).toBe(201);
    };
    const [own, both] = [await world.upload(owner, "signed by jo"), await world.upload(owner, "signed by both")];
    for (const document of [own, both]) await sign("jo", document);
    await sign("al", both);
    const copy = await world.upload(owner, `video.mp4 of ${ofJo.id}`, "video/mp4");
    expect((await erase()).counts).toMatchObject({ uploads: 3, evidence: 1 });
    expect(await world.service.dataOf(ownerId).evidenceShelf?.names()).toEqual([`${sha256Of("signed by both")}.jpeg`]);
    const { uploads } = world.service;
    expect(await Promise.all([own, copy].map((id) => uploads.get(ownerId, id)))).toEqual([undefined, undefined]);
    expect(await uploads.get(ownerId, both)).toBeDefined();
  });

  test("removes what their videos say and the voice that says it, unless it speaks for somebody else as well", async () => {
    const world = shared();
    const { owner, ownerId, jo, al, erase } = await twoPeople(world);
    const [own, both] = [
      await world.upload(owner, "jo.wav", "audio/wav"),
      await world.upload(owner, "ad.wav", "audio/wav"),
    ];
    const speaking = (uploadId: string, words: string) => ({
      speech: {
        script: `${words} script`,
        sample: { recording: { kind: "upload", uploadId } as const, text: `${words} sample` },
        allowLipMismatch: false,
        underSpeech: "duck" as const,
      },
    });
    const words = "jolly-words";
    await world.render(owner, jo, { state: "finished", order: speaking(own, words) });
    await world.render(owner, jo, { state: "finished", order: speaking(both, words) });
    const captions = { mode: "burn", transcript: `${words} transcript` } as const;
    await world.render(owner, jo, { state: "finished", order: { captions } });
    const recording = { kind: "library", path: "jo/voice.wav" } as const;
    const { speech } = speaking(own, words);
    const order = { speech: { ...speech, sample: { ...speech.sample, recording } } };
    const kept = await world.render(owner, jo, { state: "finished", order });
    await world.render(owner, al, { state: "finished", order: speaking(both, "alert-words") });
    expect(await tablesWith(world, words)).toEqual(["render"]);
    expect(kept.order.speech?.script).toContain(words);

    const report = await erase();
    expect(report).toMatchObject({ outcome: "erased", counts: { uploads: 2 } });
    expect(report.kept).toContain("jo/voice.wav");
    expect(await tablesWith(world, words)).toEqual([]);
    expect(await tablesWith(world, "alert-words")).toEqual(["render"]);
    const { uploads } = world.service;
    expect(await uploads.get(ownerId, own)).toBeUndefined();
    expect(await uploads.get(ownerId, both)).toBeDefined();
  });

  test("says which rows in Airtable are cleared of their videos, and which nobody clears", async () => {
    const world = shared();
    const { ofJo, ofAl, erase } = await twoPeople(world);
    const { pool } = world.service.database;
    const show = async (number: number, renderId: string, removedAt: Date | null, phase = "complete") => {
      const connection = await seedConnection({ pool }, sampleConnection(ofJo, { tableId: `tbl${number}` }));
      await pool.query("update understudy.airtable_connection set removed_at = $2 where id = $1", [
        connection.id,
        removedAt,
      ]);
      await pool.query(
        "insert into understudy.airtable_row (connection_id, record_id, render_id, written) values ($1, $2, $3, $4)",
        [connection.id, `rec${number}`, renderId, { phase, asked: 1 }],
      );
    };
    await show(1, ofJo.id, null);
    await show(2, ofJo.id, world.clock.now);
    await show(3, ofJo.id, null, "removed");
    await show(4, ofAl.id, null);
    const told = { counts: { airtableRows: 1 }, kept: ["jo/best.jpg", "airtable:app00000000000001/tbl2/rec2"] };
    expect(await erase({ isDryRun: true })).toMatchObject(told);
    expect(await erase()).toMatchObject({ outcome: "erased", ...told });
  });

  test("says what it would do, and does nothing, when it is asked to", async () => {
    const world = shared();
    const { ownerId, subjectId, erase } = await twoPeople(world);
    const before = await findPerson(ownerId, subjectId, world.service);
    const report = await erase({ isDryRun: true });
    expect(report.outcome).toBe("dry-run");
    expect(report.counts).toMatchObject({ renders: 2, workFiles: 2, outputs: 2, uploads: 1, personLinks: 1 });
    expect(await findPerson(ownerId, subjectId, world.service)).toEqual(before);
  });

  test("may be asked for again, and tells the owner's endpoints once", async () => {
    const world = shared();
    const { owner, subjectId, erase } = await twoPeople(world);
    const { counts } = await erase();
    expect(await erase()).toMatchObject({ outcome: "already-erased", counts: { renders: 0, outputs: 0 } });
    const told = (await world.told(owner)).filter(({ type }) => type === "subject.erased");
    expect(told).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({ subjectId, counts: expect.objectContaining({ outputs: counts.outputs }) }),
      }),
    ]);
  });

  test("waits for what runs, and is incomplete while that does not stop", async () => {
    const world = shared();
    const { owner, ownerId, jo, token, erase } = await twoPeople(world);
    const running = await world.render(owner, jo, { state: "running" });
    const report = await erase();
    expect(report).toMatchObject({ outcome: "incomplete", remaining: [{ path: running.id }] });
    expect(report.stoppedRenders).toContain(running.id);
    expect(await world.service.personLinks.find(token)).toBeDefined();
    // Its runner heard of it while the second call waits.
    const runToken = { renderId: running.id, run: 1, attempt: 1 };
    const pause = async () => void (await world.service.renders.end(runToken, { state: "cancelled" }));
    expect(await erase({ patience: { milliseconds: 1000, pause } })).toMatchObject({ outcome: "erased" });
    expect(await world.service.renders.get(ownerId, running.id)).toBeUndefined();
  });

  const deaths: readonly [string, (desk: PeopleDesk) => Partial<PeopleDesk>][] = [
    ["stopping renders", () => ({ jobs: { cancel: die } })],
    ["removing work files", ({ artifacts }) => ({ artifacts: { ...artifacts, removeAll: die } })],
    ["removing uploads", () => ({ uploads: { remove: die } })],
    [
      "removing records",
      ({ dataOf }) => ({ dataOf: (id) => ({ ...dataOf(id), erasures: { ...dataOf(id).erasures, write: die } }) }),
    ],
    ["telling the owner", ({ webhooks }) => ({ webhooks: { ...webhooks, add: die } })],
  ];

  test.each(deaths)("goes on with the next call after it died %s", async (_where, broken) => {
    const world = shared();
    const { owner, ownerId, subjectId, jo, photo, token, erase } = await twoPeople(world);
    await expect(erase({}, { ...world.service, ...broken(world.service) })).rejects.toThrow("killed");
    expect((await erase()).outcome).toMatch(/^(already-)?erased$/);
    expect(await findPerson(ownerId, subjectId, world.service)).toMatchObject({
      consents: [],
      renders: [],
      workKeys: [],
    });
    expect(await world.service.uploads.get(ownerId, photo)).toBeUndefined();
    expect(await world.service.personLinks.find(token)).toBeUndefined();
    expect(await tablesWith(world, jo.id)).not.toContain("render");
    expect((await world.told(owner)).map(({ type }) => type)).toContain("subject.erased");
  });

  test("leaves no record that a runner was about to make while it went on", async () => {
    const world = shared();
    const { ownerId, jo, erase } = await twoPeople(world);
    const data = world.service.dataOf(ownerId);
    const late = {
      ...data.consents,
      add: async (consent: typeof jo) => erase().then(() => data.consents.add(consent)),
    };
    const operator = { method: "attested", operator: "Kim Other", statement: jo.statement } as const;
    const entries = await data.consents.list();
    const options = { photoSha256: jo.photoSha256, entries, mayRemember: true, now: world.clock.now };
    const attested = attest(operator, { ...options, data: { ...data, consents: late } });
    await expect(attested).rejects.toMatchObject({ code: "consent-revoked" });
    expect((await data.consents.list()).filter(({ consent }) => consent.subject.id === jo.subject.id)).toEqual([]);
  });

  test("finds forks that nobody has decided yet, and is unknown to other owners", async () => {
    const world = shared();
    const { owner, ownerId, subjectId, ofJo } = await twoPeople(world);
    const caller = { ...owner, scopes: [], requestsPerMinute: 1, rendersAtOnce: 1 };
    const wish = {
      order: { ...ofJo.order, consent: { kind: "on-record" } as const },
      priority: 0,
      forkedFrom: ofJo.id,
    };
    const { render } = await world.service.renders.create(wish, caller);
    const { renders } = await findPerson(ownerId, subjectId, world.service);
    expect(renders.map(({ id }) => id)).toContain(render.id);
    const other = await world.newOwner();
    const erasure = { ownerId: other.ownerId, subjectId, isDryRun: false };
    await expect(erasePerson(erasure, world.service)).rejects.toMatchObject({ code: "unknown-subject" });
  });

  test("keeps a report that waits for its answer, and nothing in it leads to the person any more", async () => {
    const world = shared();
    const { ownerId, subjectId, ofJo, erase } = await twoPeople(world);
    const { reports } = world.service;
    const about = { ownerId, subjectId, renderId: ofJo.id };
    const [open, closed] = [
      await reports.add({ ...about, text: "Why?" }),
      await reports.add({ ...about, text: "Who?" }),
    ];
    // Of one who wrote before it was known whose face the video has.
    const early = await reports.add({ ownerId, renderId: ofJo.id, text: "When?" });
    for (const { id } of [closed, early]) await reports.close(ownerId, id);
    expect((await erase()).counts.reports).toBe(2);
    const left = await reports.list(ownerId, { limit: 10 });
    expect(left).toEqual([expect.objectContaining({ id: open.id, text: "Why?" })]);
    expect(left[0]).not.toHaveProperty("subjectId");
  });
});

async function die(): Promise<never> {
  throw new Error("killed");
}
