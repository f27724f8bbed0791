import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProvenanceFacts } from "@understudy/render";
import { expect, test } from "vitest";
import { createFakeWorld } from "#testing/fake-world.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import type { Wiring } from "#wire.js";

const readersThatFind = (provenance: ProvenanceFacts, watermarkId?: string): Pick<Wiring, "withFileReaders"> => ({
  withFileReaders: (mediaIo, action) =>
    createFakeWiring().withFileReaders(mediaIo, (readers) =>
      action({
        readProvenance: async () => provenance,
        readMarks: async (path, options) => ({
          ...(await readers.readMarks(path, options)),
          ...(watermarkId !== undefined && { watermark: { found: true, id: watermarkId, spans: [] } }),
        }),
      }),
    ),
});

async function renderedWorld(wiring?: Partial<Wiring>) {
  const world = await createFakeWorld(wiring === undefined ? {} : { wiring });
  await writeFile(join(world.folder, "ad.mp4"), "a video");
  await writeFile(join(world.folder, "jo.jpg"), "a photo");
  const status = await world.run("render", "ad.mp4", "--face", "jo.jpg", "--consent", "attested:Test", "-o", "out.mp4");
  expect(status, world.stderr()).toBe(0);
  const manifest = JSON.parse(await readFile(join(world.folder, "out.manifest.json"), "utf8")) as {
    renderId: string;
    cast: [{ consent: { id: string } }];
    watermark: { id: string };
  };
  return { world, manifest };
}

test("a delivered file is ours, byte for byte", async () => {
  const { world, manifest } = await renderedWorld();
  expect(await world.run("verify", "out.mp4", "--json")).toBe(0);
  expect(world.lastJsonLine()).toMatchObject({
    file: "out.mp4",
    verdict: "ours",
    matches: [{ renderId: manifest.renderId, by: ["bytes"] }],
  });
});

test("one changed byte is told, with a code and a next step, and exits 1", async () => {
  const { world } = await renderedWorld(readersThatFind({ state: "altered", problems: ["x.mismatch"] }));
  await writeFile(join(world.folder, "out.mp4"), "a finished vide0");
  expect(await world.run("verify", "out.mp4")).toBe(1);
  expect(world.stdout()).toContain("✗ out.mp4: changed after it was signed");
  expect(world.stdout()).toContain("content-altered");
  expect(world.stdout()).toContain("Credentials the content does not fit the signature");
});

test("a video whose consent was taken back is not to be published, and says so", async () => {
  const { world, manifest } = await renderedWorld();
  expect(await world.run("verify", "out.mp4", "--json")).toBe(0);
  expect(world.lastJsonLine()).toMatchObject({ matches: [{ consentState: "live" }] });
  expect(await world.run("consent", "revoke", manifest.cast[0].consent.id, "--operator", "Test")).toBe(0);
  expect(await world.run("verify", "out.mp4", "--json")).toBe(0);
  expect(world.lastJsonLine()).toMatchObject({ matches: [{ consentState: "revoked" }] });
  await world.run("verify", "out.mp4");
  expect(world.stdout()).toContain("that consent was taken back on 1 January 2026: do not publish");
});

test("a copy without its credentials is led back to its render by the watermark", async () => {
  const plain = await renderedWorld();
  const { id } = plain.manifest.watermark;
  await writeFile(join(plain.world.folder, "copy.mp4"), "a remuxed video");
  const world = await createFakeWorld({
    wiring: readersThatFind({ state: "absent" }, id),
    env: { UNDERSTUDY_DATA_FOLDER: join(plain.world.folder, "data") },
  });
  expect(await world.run("verify", join(plain.world.folder, "copy.mp4"), "--json")).toBe(1);
  expect(world.lastJsonLine()).toMatchObject({
    verdict: "stripped",
    code: "credentials-missing",
    matches: [{ renderId: plain.manifest.renderId, by: ["watermark"] }],
  });
});

test("a file that is not there, and a trust list that is not there, are told before anything is read", async () => {
  const world = await createFakeWorld();
  expect(await world.run("verify", "no.mp4", "--json")).toBe(2);
  expect(world.lastJsonLine()).toMatchObject({ code: "file-missing" });
  await writeFile(join(world.folder, "a.mp4"), "x");
  await writeFile(join(world.folder, "c.json"), `{"seal":{"trustAnchorsFile":"no.pem"}}`);
  expect(await world.run("verify", "a.mp4", "--json", "--config", "c.json")).toBe(2);
  expect(world.lastJsonLine()).toMatchObject({ code: "bad-config" });
});
