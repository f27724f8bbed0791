import { describe, expect, test } from "vitest";
import { createConsentWorld, photoHash, type ConsentWorld } from "./testing/consent-world.js";

const both = [["jo.jpg"], ["al.jpg"]] as const;

async function recordFor(world: ConsentWorld, photo: string, ...flags: string[]): Promise<string> {
  const out = `${photo}.json`;
  const named = ["--photo", photo, "--subject", photo, "--operator", "Kim", "--adult", "-o", out, ...flags];
  expect(await world.run("new", ...named), world.stderr()).toBe(0);
  return out;
}
const photosOf = (consents: readonly { readonly photoSha256: readonly string[] }[]) =>
  consents.map(({ photoSha256 }) => photoSha256);

describe("the consents of several people", () => {
  test("are the files that cover their photos, in whichever order they are given", async () => {
    const world = await createConsentWorld();
    const flags = [await recordFor(world, "al.jpg"), await recordFor(world, "jo.jpg")];
    const consents = await world.resolveAll(both, { flags });
    expect(photosOf(consents)).toEqual([[photoHash("jo.jpg")], [photoHash("al.jpg")]]);
  });

  test("are somebody's word for those whom neither a file nor a record speaks for", async () => {
    const world = await createConsentWorld();
    const file = await recordFor(world, "al.jpg");
    expect(await world.resolveAll(both, { flags: ["attested:Sam", file] })).toMatchObject([
      { operator: "Sam", photoSha256: [photoHash("jo.jpg")] },
      { operator: "Kim", photoSha256: [photoHash("al.jpg")] },
    ]);
    const onRecord = await world.resolveAll(both, { flags: ["attested:Lee"] });
    expect(onRecord.map(({ operator }) => operator)).toEqual(["Sam", "Kim"]);
  });

  test("may be one file, when two people get the face of one", async () => {
    const world = await createConsentWorld();
    const file = await recordFor(world, "jo.jpg", "--photo", "al.jpg");
    const [first, second] = await world.resolveAll(both, { flags: [file] });
    expect(first).toEqual(second);
  });

  test("say who nobody speaks for", async () => {
    const world = await createConsentWorld();
    const file = await recordFor(world, "jo.jpg");
    await expect(world.resolveAll(both, { flags: [file] })).rejects.toMatchObject({
      code: "consent-required",
      message: expect.stringMatching(/^2: There is no record/),
    });
  });

  test("are asked for one after the other at a terminal, each by the person's name in the video", async () => {
    const world = await createConsentWorld({ answers: ["Sam", "Sam"] });
    const consents = await world.resolveAll(both, { mayAsk: true });
    expect(photosOf(consents)).toEqual([[photoHash("jo.jpg")], [photoHash("al.jpg")]]);
    expect(world.stderr()).toMatch(/for this photo \(1\)[^]*for this photo \(2\)/);
  });

  test("cannot be taken for somebody else's: every file speaks for one of the photos", async () => {
    const world = await createConsentWorld();
    const file = await recordFor(world, "jo.jpg");
    const stranger = world.resolveAll([["al.jpg"], ["ref.jpg"]], { flags: ["attested:Sam", file] });
    await expect(stranger).rejects.toMatchObject({ code: "consent-mismatch" });
  });

  test.each([
    ["two names", ["attested:Sam", "attested:Kim"]],
    ["two files for one person", ["jo.jpg.json", "jo.jpg.json"]],
  ])("are refused for %s", async (_what, flags) => {
    const world = await createConsentWorld();
    await recordFor(world, "jo.jpg");
    await expect(world.resolveAll(both, { flags })).rejects.toMatchObject({ code: "bad-usage" });
    await expect(world.resolveAll([["jo.jpg"]], { flags })).rejects.toMatchObject({ code: "bad-usage" });
  });
});
