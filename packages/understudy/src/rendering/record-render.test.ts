import { readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newRenderId, type Consent, type Manifest } from "@understudy/render";
import { expect, it } from "vitest";
import { findTraces } from "#erase/find-traces.js";
import { eraseSubject } from "#erase/index.js";
import { createPeople, type People } from "#erase/testing/people.js";
import { lookAt } from "#records/look-at.js";
import { fakeManifest } from "#testing/fake-wiring.js";
import { recordRender } from "./record-render.js";
import type { RenderJob } from "./run-render.js";

let seconds = 0;
const io = { now: () => new Date(Date.UTC(2026, 1, 1, 0, 0, seconds++)) };

/** A render of a person's photo that is about to begin. */
async function beginning(people: People, consent: Consent, other?: Consent) {
  const folder = join(people.folder, "out");
  await people.file("out/other.txt");
  const [video, manifest] = [join(folder, "a.mp4"), join(folder, "a.manifest.json")];
  const request = {
    renderId: newRenderId(),
    sourcePath: join(people.folder, "mine", "source.mp4"),
    cast: [consent, ...(other === undefined ? [] : [other])].map((each, number) => ({
      person: { kind: "number", number: number + 1 },
      facePaths: [join(people.folder, "mine", `${each.subject.name}.jpg`)],
      consent: each,
    })),
    label: { kind: "on" },
  };
  const job = {
    request,
    photoSha256: [consent.photoSha256, other?.photoSha256 ?? []],
    outputs: { folder, video, manifest, sidecar: join(folder, "a.c2pa") },
    data: people.data,
  } as unknown as RenderJob;
  const { sha256 } = await people.file("finished", "a video");
  const deliver = async (): Promise<Manifest> => {
    const artifact = { key: "a.mp4", sha256, byteLength: 7, mediaType: "video/mp4" };
    const written = fakeManifest({ renderId: request.renderId, artifacts: [artifact] });
    await writeFile(manifest, JSON.stringify(written));
    await writeFile(video, "a video");
    return written;
  };
  const run = (render: Parameters<typeof recordRender>[2]) =>
    recordRender(
      { job, workFolder: join(folder, ".understudy-0123456789ab"), certificateSha256: "e".repeat(64) },
      io,
      render,
    );
  const isDelivered = async () => (await lookAt(video)) !== undefined || (await lookAt(manifest)) !== undefined;
  return { video, renderId: request.renderId, deliver, run, isDelivered };
}

const erase = (people: People, wanted: string) =>
  eraseSubject({ wanted, data: people.data, now: io.now(), isDryRun: false });

async function filesNaming(people: People, text: string): Promise<string[]> {
  const { traces } = await findTraces(people.data.folder, { sha256: new Map(), ids: [text] });
  return traces.map(({ path }) => path);
}

it("does not begin when the person was erased after their consent was found", async () => {
  const people = await createPeople();
  const ada = await people.consent("ada");
  const { run, deliver } = await beginning(people, ada);
  await erase(people, ada.subject.id);
  let hasBegun = false;
  const refused = run(() => {
    hasBegun = true;
    return deliver();
  });
  await expect(refused).rejects.toMatchObject({ code: "consent-revoked" });
  expect(hasBegun).toBe(false);
  expect(await filesNaming(people, "ada.jpg")).toEqual([]);
});

it("does not begin under a consent that is not on record, unless it is an invented person's", async () => {
  const people = await createPeople();
  for (const method of ["attested", "fictional"] as const) {
    const consent = await people.consent(method, { method, evidence: [] });
    await people.data.consents.erase(consent.id);
    const { run, deliver, isDelivered } = await beginning(people, consent);
    const done = await run(deliver).then(
      () => "done",
      ({ code }: { code: string }) => code,
    );
    expect([method, done, await isDelivered()]).toEqual(
      method === "fictional" ? [method, "done", true] : [method, "consent-revoked", false],
    );
  }
});

it.each(["erased", "taken back"])("leaves nothing delivered when the person is %s during the delivery", async (how) => {
  const people = await createPeople();
  const ada = await people.consent("ada");
  const { run, deliver, isDelivered, renderId } = await beginning(people, ada);
  const refused = run(async (beforeDelivery) => {
    await beforeDelivery();
    const revocation = { consentId: ada.id, revokedAt: io.now().toISOString(), revokedBy: "Test" };
    await (how === "erased" ? erase(people, ada.subject.id) : people.data.consents.revoke(revocation));
    return deliver();
  });
  await expect(refused).rejects.toMatchObject({ code: "consent-revoked" });
  expect(await isDelivered()).toBe(false);
  const record = await people.data.renders.get(renderId);
  expect(record?.state).toBe(how === "erased" ? undefined : "failed");
});

it("leads from everybody it shows to the render", async () => {
  const people = await createPeople();
  const [ada, ben] = [await people.consent("ada"), await people.consent("ben")];
  const { run, deliver, renderId } = await beginning(people, ada, ben);
  await run(deliver);
  const record = await people.data.renders.get(renderId);
  expect(record?.people).toEqual(
    [ada, ben].map(({ id, subject, photoSha256: [sha256] }) => ({
      consentId: id,
      subjectId: subject.id,
      faces: [{ path: join(people.folder, "mine", `${subject.name}.jpg`), sha256 }],
    })),
  );
  const log = await readFile(join(people.data.folder, "audit.jsonl"), "utf8");
  for (const { id } of [ada, ben]) expect(log).toContain(id);
});

it.each(["erased", "taken back"])("delivers to nobody when one of several people is %s meanwhile", async (how) => {
  const people = await createPeople();
  const [ada, ben] = [await people.consent("ada"), await people.consent("ben")];
  const { run, deliver, isDelivered, renderId } = await beginning(people, ada, ben);
  const refused = run(async (beforeDelivery) => {
    const revocation = { consentId: ben.id, revokedAt: io.now().toISOString(), revokedBy: "Test" };
    await (how === "erased" ? erase(people, ben.subject.id) : people.data.consents.revoke(revocation));
    await beforeDelivery();
    return deliver();
  });
  await expect(refused).rejects.toMatchObject({ code: "consent-revoked", message: expect.stringContaining(ben.id) });
  expect(await isDelivered()).toBe(false);
  expect((await people.data.renders.get(renderId))?.state).toBe(how === "erased" ? undefined : "failed");
  expect((await people.data.consents.get(ada.id))?.revocation).toBeUndefined();
});

it.each([
  ["whole", 2],
  ["half", 1],
])("what it has delivered %s while it still runs is erased", async (how, outputs) => {
  const people = await createPeople();
  const ada = await people.consent("ada");
  const { run, deliver, isDelivered, video } = await beginning(people, ada);
  const refused = run(async () => {
    const manifest = await deliver();
    if (how === "half") await rm(video);
    expect(await erase(people, ada.subject.id)).toMatchObject({ outcome: "erased", counts: { outputs } });
    expect(await isDelivered()).toBe(false);
    return manifest;
  });
  await expect(refused).rejects.toMatchObject({ code: "output-write-failed" });
  expect(await filesNaming(people, "ada.jpg")).toEqual([]);
});

it("keeps a finished video when it cannot be told whether the consent still holds, for the next start", async () => {
  const people = await createPeople();
  const { run, deliver, isDelivered, renderId } = await beginning(people, await people.consent("ada"));
  const erased = people.data.erasedFolder;
  const refused = run(async () => {
    // A link to itself stands for a disk that does not answer.
    await symlink(erased, erased);
    return deliver();
  });
  await expect(refused).rejects.toMatchObject({ code: "data-folder-unreadable" });
  expect(await isDelivered()).toBe(true);
  expect((await people.data.renders.get(renderId))?.state).toBe("started");
});

it("logs the key before the delivery and the end before the record has one", async () => {
  const people = await createPeople();
  const ada = await people.consent("ada");
  const { run, deliver, renderId } = await beginning(people, ada);
  const kinds = async () => (await people.data.audit.list()).map(({ event }) => event.kind);
  await run(async (beforeDelivery) => {
    await beforeDelivery();
    expect(await kinds()).toEqual(["render-started", "label-decided", "key-used"]);
    return deliver();
  });
  expect((await kinds()).at(-1)).toBe("render-finished");
  expect((await people.data.renders.get(renderId))?.state).toBe("finished");
});
