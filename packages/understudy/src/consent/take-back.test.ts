import { rm } from "node:fs/promises";
import { expect, it } from "vitest";
import { createPeople } from "#erase/testing/people.js";
import { createMemoryBucket, type MemoryBucket } from "#storage/testing/memory-bucket.js";
import { revocationInWords } from "./consent-in-words.js";
import { takeBack } from "./take-back.js";

const now = new Date("2026-02-01T00:00:00.000Z");
const videoKey = "secret/ada-1.mp4";

/** A render whose video and manifest were uploaded by a worker, with a place for a sidecar that it does not have. */
async function uploaded() {
  const people = await createPeople();
  const ada = await people.consent("ada");
  const keys = [videoKey, "secret/ada-1.manifest.json", "secret/ada-1.c2pa"];
  const published = keys.map((key) => ({ endpointUrl: "https://s3.test", bucket: "videos", key }));
  const { outputs } = await people.render(ada, 1, { published });
  for (const { path } of outputs) await rm(path);
  const bucket = createMemoryBucket();
  for (const key of [...keys.slice(0, 2), "other/b.mp4"]) bucket.objects.set(key, Buffer.from(key));
  const revoke = async (deletesOutputs: boolean, at?: MemoryBucket) => {
    const order = { consentIds: [ada.id], deletesOutputs, openBucket: async () => at };
    const [taken] = await takeBack(order, people.data, now);
    return taken!;
  };
  return { bucket, revoke };
}

const stateOfEach = ({ outputs }: Awaited<ReturnType<typeof takeBack>>[number]) =>
  outputs.map(({ state, path }) => [state, path]);

it("lists what was uploaded, deletes it on wish, and nothing else in the bucket", async () => {
  const { bucket, revoke } = await uploaded();
  const [video, manifest] = [`s3://videos/${videoKey}`, "s3://videos/secret/ada-1.manifest.json"];
  expect(stateOfEach(await revoke(false, bucket))).toEqual([
    ["there", video],
    ["there", manifest],
  ]);
  expect(bucket.objects.size).toBe(3);
  expect(stateOfEach(await revoke(true, bucket))).toEqual([
    ["deleted", video],
    ["deleted", manifest],
  ]);
  expect([...bucket.objects.keys()]).toEqual(["other/b.mp4"]);
  expect(stateOfEach(await revoke(true, bucket))).toEqual([
    ["gone", video],
    ["gone", manifest],
  ]);
});

it("says where that lies when its bucket is not at hand", async () => {
  const { revoke } = await uploaded();
  for (const other of [undefined, createMemoryBucket({ name: "others" })]) {
    const taken = await revoke(true, other);
    expect(taken.outputs.map(({ state, endpointUrl }) => [state, endpointUrl])).toEqual([
      ["elsewhere", "https://s3.test"],
      ["elsewhere", "https://s3.test"],
    ]);
    expect(revocationInWords(taken)).toContain(`  elsewhere  s3://videos/${videoKey}\n`);
    expect(revocationInWords(taken)).toContain("lies at https://s3.test: set the BUCKET_* variables for it");
  }
});

it("takes the consent back also when the bucket does not answer", async () => {
  const { bucket, revoke } = await uploaded();
  bucket.isDown = true;
  const taken = await revoke(true, bucket);
  expect(taken.isNew).toBe(true);
  expect(taken.outputs.map(({ state }) => state)).toEqual(["unreadable", "unreadable"]);
});
