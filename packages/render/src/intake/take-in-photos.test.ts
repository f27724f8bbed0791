import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CastMember, PersonChoice } from "#model/person.js";
import { defaultLimits } from "#model/request.js";
import { testConsent, testNow } from "./testing/test-consent.js";
import { takeInPhotos } from "./take-in-photos.js";

const { signal } = new AbortController();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-cast-"));
  // As bytes each is its own name; what they show is the gate's business.
  for (const name of ["anna", "anna-2", "ben", "ref"]) await writeFile(join(folder, name), name);
  await writeFile(join(folder, "copy-of-ref"), "ref");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sha256Of = (name: string) => createHash("sha256").update(name).digest("hex");
const consentFor = (...names: string[]) => testConsent({ photoSha256: names.map(sha256Of) });
const by = (name: string): PersonChoice => ({ kind: "photo", path: join(folder, name) });
const left: PersonChoice = { kind: "left" };
const right: PersonChoice = { kind: "right" };

function member(
  person: PersonChoice,
  names: readonly [string, ...string[]],
  consent = consentFor(...names),
): CastMember {
  const [first, ...others] = names.map((name) => join(folder, name));
  return { person, facePaths: [first!, ...others], consent };
}
const takeIn = (...cast: [CastMember, ...CastMember[]]) =>
  takeInPhotos({ cast, limits: defaultLimits }, testNow, signal);

it("takes in each member's photos, best first, and the photo that a person is known by", async () => {
  const photos = await takeIn(member(left, ["anna", "anna-2"]), member(by("ref"), ["ben"]));
  expect(photos).toMatchObject([
    { person: left, faces: [{ sha256: sha256Of("anna") }, { sha256: sha256Of("anna-2") }] },
    { person: by("ref"), faces: [{ sha256: sha256Of("ben"), byteLength: 3 }], reference: { sha256: sha256Of("ref") } },
  ]);
  expect(photos[0]).not.toHaveProperty("reference");
});

it.each([
  ["nobody's photo", consentFor("ref")],
  ["the other member's photo only", consentFor("anna")],
])("refuses a member whose consent covers %s", async (_what, consent) => {
  const cast = takeIn(member(left, ["anna"]), member(right, ["ben"], consent));
  await expect(cast).rejects.toMatchObject({ code: "consent-mismatch" });
});

it("needs no consent of the person who is replaced", async () => {
  await expect(takeIn(member(by("ref"), ["anna"]))).resolves.toHaveLength(1);
});

it.each<[string, PersonChoice, PersonChoice]>([
  ["side", left, left],
  ["number", { kind: "number", number: 2 }, { kind: "number", number: 2 }],
])("refuses to give one person two faces, by %s", async (_what, one, other) => {
  await expect(takeIn(member(one, ["anna"]), member(other, ["ben"]))).rejects.toMatchObject({ code: "bad-usage" });
});

it("refuses it by two copies of a photo, too", async () => {
  const cast = takeIn(member(by("ref"), ["anna"]), member(by("copy-of-ref"), ["ben"]));
  await expect(cast).rejects.toMatchObject({ code: "bad-usage" });
});

it("refuses a ninth person", async () => {
  const [first, ...others] = Array.from({ length: 9 }, (_, i) => member({ kind: "number", number: i + 1 }, ["anna"]));
  await expect(takeIn(first!, ...others)).rejects.toMatchObject({ code: "bad-usage" });
});

it("refuses a person who is known by a photo that is not there", async () => {
  await expect(takeIn(member(by("none"), ["anna"]))).rejects.toMatchObject({ code: "file-missing" });
});
