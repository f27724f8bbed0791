import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attestationStatement, newConsent, recordSha256, type Consent, type NewConsent } from "@understudy/render";
import { describe, expect, test } from "vitest";
import { configSchema } from "#config/index.js";
import { readRules } from "./consent-rules.js";
import { stateOf } from "./consent-state.js";
import { createConsentWorld, photoHash, type ConsentWorld, type PolicyParts } from "./testing/consent-world.js";

const day = 24 * 60;
const own = (parts: Partial<NewConsent> = {}): Consent =>
  newConsent({
    subject: { name: "Jo" },
    method: "e-signature",
    operator: "Sam",
    statement: { text: "I agree.", version: "1", language: "en" },
    ageConfirmed: true,
    photoSha256: [photoHash("jo.jpg")],
    evidence: [{ kind: "document", sha256: photoHash("signed.pdf"), byteLength: 10, mediaType: "application/pdf" }],
    now: new Date("2026-01-01T00:00:00Z"),
    ...parts,
  });
/** Lays the document of `own()` where it proves the record. */
const keepDocument = async ({ data }: ConsentWorld): Promise<void> => {
  await mkdir(data.evidenceFolder, { recursive: true });
  await writeFile(join(data.evidenceFolder, `${photoHash("signed.pdf")}.pdf`), "signed.pdf");
};
const records = async (world: ConsentWorld) => (await world.data.consents.list()).map(({ consent }) => consent);
const revoke = (world: ConsentWorld, { id }: Consent) => world.run("revoke", id);

describe("the person at the terminal", () => {
  test("is asked once; the answer is remembered word for word", async () => {
    const world = await createConsentWorld({ answers: ["  Sam Lee "] });
    const first = await world.resolve(["jo.jpg"], { mayAsk: true });
    expect(world.stderr()).toContain(attestationStatement.text);
    expect(await world.resolve(["jo.jpg"], { mayAsk: true })).toEqual(first);
    expect(await records(world)).toEqual([first]);
    expect(first).toMatchObject({
      method: "attested",
      operator: "Sam Lee",
      statement: attestationStatement,
      photoSha256: [photoHash("jo.jpg")],
      subject: { name: `person in photo ${photoHash("jo.jpg").slice(0, 8)}` },
    });
  });

  test("says no with an empty answer", async () => {
    const world = await createConsentWorld({ answers: [" "] });
    await expect(world.resolve(["jo.jpg"], { mayAsk: true })).rejects.toMatchObject({ code: "consent-required" });
    expect(await records(world)).toEqual([]);
  });

  test.each([
    ["there is nobody", { mayAsk: false }],
    ["nothing may be remembered", { mayAsk: true, mayRemember: false }],
    ["nobody's word counts", { mayAsk: true, policy: { allowAttested: false } }],
  ])("is not asked when %s", async (_what, wish) => {
    const world = await createConsentWorld({ answers: ["Sam"] });
    await expect(world.resolve(["jo.jpg"], wish)).rejects.toMatchObject({ code: "consent-required" });
    expect(world.stderr()).toBe("");
  });
});

test("for a cloned voice a record that covers it is taken before one that does not", async () => {
  const world = await createConsentWorld();
  const sam = ["--photo", "jo.jpg", "--subject", "Jo", "--operator", "Sam", "--adult"];
  await world.run("new", ...sam, "--use", "greetings");
  const face = await world.resolve(["jo.jpg"]);
  expect(await world.resolve(["jo.jpg"], { prefersVoice: true })).toEqual(face);
  await world.run("new", ...sam, "--voice");
  await world.run("new", ...sam, "--use", "farewells");
  expect(await world.resolve(["jo.jpg"], { prefersVoice: true })).toMatchObject({ scope: { voice: true } });
  expect(await world.resolve(["jo.jpg"])).toMatchObject({ scope: { voice: false } });
});

describe("an attestation by flag", () => {
  test("is kept once a name, and covers the next render of the photo without the flag", async () => {
    const world = await createConsentWorld();
    const sam = await world.resolve(["jo.jpg"], { flag: "attested:Sam" });
    expect(await world.resolve(["jo.jpg"], { flag: 'attested:"Sam"' })).toEqual(sam);
    expect(await world.resolve(["jo.jpg"])).toEqual(sam);
    const kim = await world.resolve(["jo.jpg"], { flag: "attested:Kim" });
    expect(await records(world)).toEqual([sam, kim]);
    expect(kim.subject).toEqual(sam.subject);
  });

  test("does not cover another photo, nor two when it names one", async () => {
    const world = await createConsentWorld();
    await world.resolve(["jo.jpg"], { flag: "attested:Sam" });
    for (const photos of [["al.jpg"], ["jo.jpg", "al.jpg"]]) {
      await expect(world.resolve(photos)).rejects.toMatchObject({ code: "consent-required" });
    }
  });

  test("is found again where it was recorded with an end", async () => {
    const world = await createConsentWorld();
    const sam = ["--operator", "Sam", "--adult", "--expires", "90d"];
    expect(await world.run("new", "--photo", "jo.jpg", "--subject", "Jo", ...sam)).toBe(0);
    expect(await world.resolve(["jo.jpg"], { flag: "attested:Sam" })).toEqual((await records(world))[0]);
  });

  test("is not stored by a dry run", async () => {
    const world = await createConsentWorld();
    expect(await world.resolve(["jo.jpg"], { flag: "attested:Sam", mayRemember: false })).toMatchObject({
      operator: "Sam",
    });
    expect(await records(world)).toEqual([]);
    await expect(stat(world.data.folder)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is noted in the audit log without a name", async () => {
    const world = await createConsentWorld();
    const { id, recordSha256 } = await world.resolve(["jo.jpg"], { flag: "attested:Sam Unusual" });
    const [line] = await world.data.audit.list();
    expect(line?.event).toEqual({ kind: "consent-recorded", consentId: id, method: "attested", recordSha256 });
  });

  test("is refused by policy, and neither do stored ones count then", async () => {
    const world = await createConsentWorld();
    await world.resolve(["jo.jpg"], { flag: "attested:Sam" });
    const policy = { allowAttested: false };
    await expect(world.resolve(["jo.jpg"], { flag: "attested:Sam", policy })).rejects.toMatchObject({
      code: "attestation-not-allowed",
    });
    await expect(world.resolve(["jo.jpg"], { policy })).rejects.toMatchObject({
      code: "attestation-not-allowed",
      message: expect.stringContaining("is only Sam's word"),
    });
    const signed = own();
    await world.data.consents.add(signed);
    await expect(world.resolve(["jo.jpg"], { policy })).rejects.toMatchObject({ code: "attestation-not-allowed" });
    await keepDocument(world);
    expect(await world.resolve(["jo.jpg"], { policy })).toEqual(signed);
  });

  test.each(["attested:", 'attested:""', "attested: ", `attested:${"x".repeat(201)}`])(
    "needs a name: %j",
    async (flag) => {
      const world = await createConsentWorld();
      await expect(world.resolve(["jo.jpg"], { flag })).rejects.toMatchObject({ code: "bad-usage" });
    },
  );
});

describe("a consent that was taken back", () => {
  test("is not attested again, by nobody and in no way", async () => {
    const world = await createConsentWorld({ answers: ["Sam"] });
    await revoke(world, await world.resolve(["jo.jpg"], { flag: "attested:Sam" }));
    const standing = whole;
    for (const wish of [
      { flag: "attested:Sam" },
      { flag: "attested:Kim" },
      { mayAsk: true },
      { policy: { standing } },
      {},
    ]) {
      await expect(world.resolve(["jo.jpg"], wish)).rejects.toMatchObject({ code: "consent-revoked" });
      await expect(world.resolve(["al.jpg", "jo.jpg"], wish)).rejects.toMatchObject({ code: "consent-revoked" });
    }
    expect(await records(world)).toHaveLength(1);
  });

  test("takes other people's word with it, and leaves what the person agreed to besides", async () => {
    const world = await createConsentWorld();
    await world.resolve(["jo.jpg"], { flag: "attested:Kim" });
    const [forWeb, forMail] = [own({ scope: { use: "web" } }), own({ scope: { use: "mail" } })];
    for (const consent of [forWeb, forMail]) await world.data.consents.add(consent);
    await keepDocument(world);
    await revoke(world, forWeb);
    expect(await world.resolve(["jo.jpg"])).toEqual(forMail);
    await revoke(world, forMail);
    await expect(world.resolve(["jo.jpg"])).rejects.toMatchObject({ code: "consent-revoked" });
  });

  test("is opened again by a new one of the person's own, and closed when that ends", async () => {
    const world = await createConsentWorld();
    await revoke(world, await world.resolve(["jo.jpg"], { flag: "attested:Sam" }));
    const again = own({ now: new Date("2026-01-02T00:00:00Z"), expiresAt: "2026-01-09T00:00:00Z" });
    await world.data.consents.add(again);
    await expect(world.resolve(["jo.jpg"])).rejects.toMatchObject({ code: "consent-revoked" });
    await keepDocument(world);
    expect(await world.resolve(["jo.jpg"])).toEqual(again);
    expect(await world.resolve(["jo.jpg"], { flag: "attested:Sam" })).toMatchObject({ method: "attested" });
    world.passTime(9 * day);
    await expect(world.resolve(["jo.jpg"])).rejects.toMatchObject({ code: "consent-revoked" });
    await expect(world.resolve(["jo.jpg"], { flag: "attested:Sam" })).rejects.toMatchObject({
      code: "consent-revoked",
    });
  });

  test("stays so when its record is forgotten, damaged or given again", async () => {
    const world = await createConsentWorld();
    const consent = await world.resolve(["jo.jpg"], { flag: "attested:Sam" });
    await revoke(world, consent);
    const attested = () => world.resolve(["jo.jpg"], { flag: "attested:Sam" });
    await writeFile(join(world.data.folder, "consents", `${consent.id}.json`), "{");
    await expect(attested()).rejects.toMatchObject({ code: "consent-revoked" });
    await world.data.consents.forget(consent.id);
    await expect(attested()).rejects.toMatchObject({ code: "consent-revoked" });
    await writeFile(join(world.folder, "record.json"), JSON.stringify(consent));
    await expect(world.resolve(["jo.jpg"], { flag: "record.json" })).rejects.toMatchObject({ code: "consent-revoked" });
  });

  test("closes every photo to other people's word when nobody can tell which photo it was about", async () => {
    const world = await createConsentWorld();
    const { id } = await world.resolve(["jo.jpg"], { flag: "attested:Sam" });
    await writeFile(join(world.data.folder, "consents", `${id}.json`), "{");
    expect(await world.run("revoke", id)).toBe(0);
    await expect(world.resolve(["al.jpg"], { flag: "attested:Sam" })).rejects.toMatchObject({
      code: "data-folder-unreadable",
      message: expect.stringContaining(id),
    });
  });

  test("does not stop renders of other people", async () => {
    const world = await createConsentWorld();
    await revoke(world, await world.resolve(["jo.jpg"], { flag: "attested:Sam" }));
    expect(await world.resolve(["al.jpg"], { flag: "attested:Sam" })).toMatchObject({ operator: "Sam" });
  });
});

const whole = {
  operator: "Agency",
  statement: "Everybody who is sent in has agreed.",
  use: "greetings",
  expiresAt: "2026-01-31T00:00:00Z",
  ageConfirmed: true,
};

describe("the standing attestation", () => {
  test("makes one record a photo set, with its words, use and end", async () => {
    const world = await createConsentWorld({ policy: { standing: whole } });
    const consent = await world.resolve(["jo.jpg"]);
    expect(consent).toMatchObject({
      method: "standing-attestation",
      operator: "Agency",
      statement: { text: whole.statement },
      scope: { use: "greetings", face: true, voice: false },
      expiresAt: "2026-01-31T00:00:00.000Z",
    });
    expect(await world.resolve(["jo.jpg"])).toEqual(consent);
    expect(await world.resolve(["al.jpg"])).not.toEqual(consent);
    expect(await records(world)).toHaveLength(2);
  });

  test.each([
    ["is gone", {}],
    ["says something else", { standing: { ...whole, statement: "Most people agreed." } }],
    ["is overruled", { standing: whole, allowAttested: false }],
  ])("does not count on record once the setting %s", async (_what, policy) => {
    const world = await createConsentWorld();
    const first = await world.resolve(["jo.jpg"], { policy: { standing: whole } });
    const second = await world.resolve(["jo.jpg"], { policy }).catch((thrown: unknown) => thrown);
    expect(second).not.toEqual(first);
  });

  test("does not count once it ran out", async () => {
    const world = await createConsentWorld({ policy: { standing: whole } });
    const { id } = await world.resolve(["jo.jpg"]);
    world.passTime(31 * day);
    await expect(world.resolve(["jo.jpg"])).rejects.toMatchObject({
      code: "consent-required",
      message: expect.stringContaining(`${id} ran out`),
      hint: "Renew consent.standing.expiresAt.",
    });
    await expect(world.resolve(["al.jpg"])).rejects.toMatchObject({
      code: "consent-required",
      message:
        "The standing attestation of the configuration ended on 2026-01-31, and there is no record for this photo.",
      hint: "Renew consent.standing.expiresAt.",
    });
  });

  test.each(Object.keys(whole))("without %s is a mistake in the configuration", async (missing) => {
    const standing = { ...whole, [missing]: missing === "ageConfirmed" ? false : " " };
    const world = await createConsentWorld({ policy: { standing } });
    await expect(world.resolve(["jo.jpg"])).rejects.toMatchObject({
      code: "bad-config",
      message: expect.stringMatching(new RegExp(`missing: consent.standing.${missing}\\.$`)),
    });
  });

  test.each(["soon", "2026-02-31T99:00:00Z", "2026-01-31T00:00:00"])(
    "ends at a moment, not at %j",
    async (expiresAt) => {
      const world = await createConsentWorld({ policy: { standing: { ...whole, expiresAt } } });
      await expect(world.resolve(["jo.jpg"])).rejects.toMatchObject({ code: "bad-config" });
    },
  );
});

describe("the attestation of a connected table", () => {
  const standing = { operator: "Studio", statement: "All agreed.", use: "ads", expiresAt: "2026-01-31T00:00:00.000Z" };

  test("stands in the place of the configuration's, and counts for nobody else", async () => {
    const world = await createConsentWorld({ policy: { standing: whole } });
    const consent = await world.resolve(["jo.jpg"], { standing });
    expect(consent).toMatchObject({
      operator: "Studio",
      statement: { text: "All agreed.", version: "connection" },
      scope: { use: "ads" },
    });
    expect(await world.resolve(["jo.jpg"], { standing })).toEqual(consent);
    const configured = await world.resolve(["jo.jpg"]);
    expect(configured).toMatchObject({ operator: "Agency", statement: { version: "configuration" } });
    const other = { ...standing, operator: "Other Studio" };
    expect(await world.resolve(["jo.jpg"], { standing: other })).toMatchObject({ operator: "Other Studio" });
    expect(await world.resolve(["jo.jpg"], { standing })).toEqual(consent);
    await expect(world.resolve(["jo.jpg"], { consentId: consent.id })).rejects.toMatchObject({
      code: "consent-mismatch",
    });
  });

  test("ends", async () => {
    const world = await createConsentWorld();
    world.passTime(30 * day);
    await expect(world.resolve(["jo.jpg"], { standing })).rejects.toMatchObject({
      code: "consent-required",
      message: "The standing attestation of the connection ended on 2026-01-31, and there is no record for this photo.",
      hint: expect.stringContaining("Connect the table again"),
    });
  });

  test("does not count where nobody else's word does, nor against what the person took back", async () => {
    const world = await createConsentWorld();
    await expect(world.resolve(["jo.jpg"], { standing, policy: { allowAttested: false } })).rejects.toMatchObject({
      code: "attestation-not-allowed",
    });
    await revoke(world, await world.resolve(["jo.jpg"], { standing }));
    await expect(world.resolve(["jo.jpg"], { standing })).rejects.toMatchObject({ code: "consent-revoked" });
  });

  test("is shown as live while it holds, although the configuration says nothing of it", async () => {
    const world = await createConsentWorld();
    await world.resolve(["jo.jpg"], { standing });
    const [entry] = await world.data.consents.list();
    const stateAt = async (text: string, allowAttested = true) => {
      const { consent } = configSchema.parse({ consent: { allowAttested } });
      return stateOf(entry!, await readRules(consent, world.data, new Date(text)));
    };
    expect(await stateAt("2026-01-30T00:00:00Z")).toBe("live");
    expect(await stateAt("2026-01-30T00:00:00Z", false)).toBe("not counted");
    expect(await stateAt("2026-01-31T00:00:00Z")).toBe("expired");
  });
});

describe("a consent file", () => {
  async function resolveFile(record: unknown, options: { world?: ConsentWorld; photos?: string[] } = {}) {
    const world = options.world ?? (await createConsentWorld());
    await writeFile(join(world.folder, "record.json"), typeof record === "string" ? record : JSON.stringify(record));
    return world.resolve(options.photos ?? ["jo.jpg"], { flag: "record.json" });
  }
  const edited = (parts: object) => ({ ...own(), ...parts });
  const honest = (parts: object) => {
    const { recordSha256: _old, ...fields } = { ...own(), ...parts };
    return { ...fields, recordSha256: recordSha256(fields) };
  };

  test("that covers the photo is used as it is, and kept so that it can be taken back here", async () => {
    const world = await createConsentWorld();
    const consent = own();
    expect(await resolveFile(consent, { world })).toEqual(consent);
    expect(await resolveFile(consent, { world })).toEqual(consent);
    expect(await records(world)).toEqual([consent]);
    expect(await revoke(world, consent)).toBe(0);
    await expect(resolveFile(consent, { world })).rejects.toMatchObject({ code: "consent-revoked" });
  });

  test("is not kept by a dry run", async () => {
    const world = await createConsentWorld();
    await writeFile(join(world.folder, "record.json"), JSON.stringify(own()));
    await world.resolve(["jo.jpg"], { flag: "record.json", mayRemember: false });
    expect(await records(world)).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ["is not JSON", "{", "consent-invalid"],
    ["is no record", {}, "consent-invalid"],
    ["has an unknown version", edited({ version: 2 }), "consent-version"],
    ["was edited by hand", edited({ operator: "Kim" }), "consent-altered"],
    ["was given an end by hand", edited({ expiresAt: "2036-01-01T00:00:00.000Z" }), "consent-altered"],
    ["ran out", own({ expiresAt: "2025-12-31T00:00:00.000Z" }), "consent-expired"],
    ["is for another photo", own({ photoSha256: [photoHash("al.jpg")] }), "consent-mismatch"],
    ["is for the voice only", own({ scope: { face: false, voice: true } }), "consent-mismatch"],
    ["does not confirm the age", honest({ ageConfirmed: false }), "age-unconfirmed"],
    ["rests on another standing attestation", own({ method: "standing-attestation" }), "consent-mismatch"],
  ])("that %s is refused", async (_what, record, code) => {
    await expect(resolveFile(record)).rejects.toMatchObject({ code });
  });

  test("that is not there is refused", async () => {
    const world = await createConsentWorld();
    await expect(world.resolve(["jo.jpg"], { flag: "no.json" })).rejects.toMatchObject({ code: "file-missing" });
  });

  test("does not outlive its revocation, also when the stored record was damaged since", async () => {
    const world = await createConsentWorld();
    const consent = own();
    await world.data.consents.add(consent);
    await revoke(world, consent);
    await expect(resolveFile(consent, { world })).rejects.toMatchObject({ code: "consent-revoked" });
    await writeFile(join(world.folder, "data", "consents", `${consent.id}.json`), "{");
    await expect(resolveFile(consent, { world })).rejects.toMatchObject({ code: "consent-revoked" });
  });

  test("that says something else than the record that is here is refused, however well it is made", async () => {
    const world = await createConsentWorld();
    const consent = own({ expiresAt: "2026-02-01T00:00:00Z" });
    await world.data.consents.add(consent);
    const other = honest({ id: consent.id, photoSha256: [photoHash("al.jpg")] });
    await expect(resolveFile(other, { world, photos: ["al.jpg"] })).rejects.toMatchObject({ code: "consent-altered" });
  });

  test("does not outlive the erasure of its person", async () => {
    const world = await createConsentWorld();
    const consent = own();
    await mkdir(world.data.erasedFolder, { recursive: true });
    await writeFile(join(world.data.erasedFolder, `${consent.subject.id}.json`), "{}");
    await expect(resolveFile(consent, { world })).rejects.toMatchObject({ code: "consent-revoked" });
  });

  test("of somebody else's word follows the policy and the person", async () => {
    const attested = own({ method: "attested" });
    const strict = await createConsentWorld({ policy: { allowAttested: false } });
    await expect(resolveFile(attested, { world: strict })).rejects.toMatchObject({ code: "attestation-not-allowed" });
    const world = await createConsentWorld();
    await revoke(world, await world.resolve(["jo.jpg"], { flag: "attested:Sam" }));
    await expect(resolveFile(attested, { world })).rejects.toMatchObject({ code: "consent-revoked" });
  });

  /** Where nobody's word counts: by policy, and because the person took it back. */
  async function closedWorlds(): Promise<ConsentWorld[]> {
    const strict = await createConsentWorld({ policy: { allowAttested: false } });
    const closed = await createConsentWorld();
    await revoke(closed, await closed.resolve(["jo.jpg"], { flag: "attested:Sam" }));
    return [strict, closed];
  }

  test.each<[string, Consent]>([
    ["an e-signature", own({ now: new Date("2026-01-02T00:00:00Z") })],
    ["an invented person", own({ method: "fictional", evidence: [] })],
  ])("that claims %s is a word: anybody can write such a file", async (_what, record) => {
    expect(await resolveFile(record)).toEqual(record);
    const [strict, closed] = await closedWorlds();
    await expect(resolveFile(record, { world: strict! })).rejects.toMatchObject({ code: "attestation-not-allowed" });
    await expect(resolveFile(record, { world: closed! })).rejects.toMatchObject({ code: "consent-revoked" });
  });

  test("counts as the person's own where its evidence lies", async () => {
    const record = own({ now: new Date("2026-01-02T00:00:00Z") });
    for (const world of await closedWorlds()) {
      await keepDocument(world);
      expect(await resolveFile(record, { world })).toEqual(record);
    }
  });
});

describe("a record that is named by its id", () => {
  async function resolveRecord(record: Consent, options: { world?: ConsentWorld; policy?: PolicyParts } = {}) {
    const world = options.world ?? (await createConsentWorld());
    await world.data.consents.add(record);
    const { policy } = options;
    return world.resolve(["jo.jpg"], { consentId: record.id, ...(policy !== undefined && { policy }) });
  }

  test("is the permission, whatever else there is for the photo, and adds nothing", async () => {
    const world = await createConsentWorld();
    const [older, newer] = [own({ scope: { use: "web" } }), own({ scope: { use: "mail" } })];
    await world.data.consents.add(newer);
    expect(await resolveRecord(older, { world })).toEqual(older);
    expect(await records(world)).toHaveLength(2);
    expect(await world.data.audit.list()).toEqual([]);
  });

  test.each<[string, Consent, string]>([
    ["ran out", own({ expiresAt: "2025-12-31T00:00:00.000Z" }), "consent-expired"],
    ["is for another photo", own({ photoSha256: [photoHash("al.jpg")] }), "consent-mismatch"],
    ["is for the voice only", own({ scope: { face: false, voice: true } }), "consent-mismatch"],
    ["does not confirm the age", own({ ageConfirmed: false }), "age-unconfirmed"],
    ["rests on another standing attestation", own({ method: "standing-attestation" }), "consent-mismatch"],
  ])("that %s is refused", async (_what, record, code) => {
    await expect(resolveRecord(record)).rejects.toMatchObject({ code });
  });

  test("that is not here is unknown", async () => {
    const world = await createConsentWorld();
    for (const consentId of [own().id, "../keys", ""]) {
      await expect(world.resolve(["jo.jpg"], { consentId })).rejects.toMatchObject({ code: "unknown-consent" });
    }
  });

  test("does not outlive its revocation, also when it was damaged or forgotten since", async () => {
    const world = await createConsentWorld();
    const consent = own();
    await world.data.consents.add(consent);
    await revoke(world, consent);
    const again = () => world.resolve(["jo.jpg"], { consentId: consent.id });
    await expect(again()).rejects.toMatchObject({ code: "consent-revoked" });
    await writeFile(join(world.folder, "data", "consents", `${consent.id}.json`), "{");
    await expect(again()).rejects.toMatchObject({ code: "consent-revoked" });
    await world.data.consents.forget(consent.id);
    await expect(again()).rejects.toMatchObject({ code: "consent-revoked" });
  });

  test("does not outlive the erasure of its person", async () => {
    const world = await createConsentWorld();
    const consent = own();
    await mkdir(world.data.erasedFolder, { recursive: true });
    await writeFile(join(world.data.erasedFolder, `${consent.subject.id}.json`), "{}");
    await expect(resolveRecord(consent, { world })).rejects.toMatchObject({ code: "consent-revoked" });
  });

  test("of somebody else's word follows the policy and the person", async () => {
    const attested = () => own({ method: "attested", evidence: [] });
    const policy = { allowAttested: false };
    await expect(resolveRecord(attested(), { policy })).rejects.toMatchObject({ code: "attestation-not-allowed" });
    const world = await createConsentWorld();
    await revoke(world, await world.resolve(["jo.jpg"], { flag: "attested:Sam" }));
    await expect(resolveRecord(attested(), { world })).rejects.toMatchObject({ code: "consent-revoked" });
    // What the person signed counts where the document lies, and only there.
    const signed = own({ now: new Date("2026-01-02T00:00:00Z") });
    await expect(resolveRecord(signed, { world })).rejects.toMatchObject({ code: "consent-revoked" });
    await keepDocument(world);
    expect(await resolveRecord(signed, { world })).toEqual(signed);
  });
});
