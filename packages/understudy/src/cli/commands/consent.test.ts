import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attestationStatement, readPhoto, UnderstudyError, type Consent } from "@understudy/render";
import { describe, expect, test } from "vitest";
import type { TakenBack } from "#consent/index.js";
import {
  createConsentWorld,
  goodMatch,
  photoHash,
  readJson,
  type ConsentWorld,
} from "#consent/testing/consent-world.js";

const by = ["--operator", "Sam Roe", "--adult"];
const jo = ["new", "--photo", "jo.jpg", "--subject", "Jo Lee", ...by];
const spoken = [...jo, "--method", "recorded-passcode"];

async function made(world: ConsentWorld, ...argv: string[]): Promise<Consent> {
  expect(await world.run(...argv, "--json")).toBe(0);
  return world.result<{ consent: Consent }>().consent;
}

interface Passcode {
  readonly id: string;
  readonly text: string;
  readonly words: string[];
  readonly expiresAt: string;
}

async function passcode(world: ConsentWorld, ...argv: string[]): Promise<Passcode> {
  expect(await world.run(...spoken, ...argv, "--json")).toBe(0);
  return world.result<{ challenge: Passcode }>().challenge;
}

const answered = ["new", "--photo", "jo.jpg", "--method", "recorded-passcode", "--recording", "jo.mov", "--challenge"];
const answer = ({ id }: Pick<Passcode, "id">, ...more: string[]) => [...answered, id, ...more];

async function refusal(world: ConsentWorld, ...argv: string[]): Promise<{ code: string; message: string }> {
  expect(await world.run(...argv, "--json")).not.toBe(0);
  return world.result();
}

/** Nothing can be appended any more. */
async function breakLog({ data }: ConsentWorld): Promise<void> {
  await rm(join(data.folder, "audit.jsonl"));
  await mkdir(join(data.folder, "audit.jsonl"));
}

describe("consent new", () => {
  test("records an operator's word, and the next render finds it", async () => {
    const world = await createConsentWorld();
    const consent = await made(world, ...jo, "--use", "greetings", "--channels", "mail, web", "--expires", "90d");
    expect(consent).toMatchObject({
      subject: { name: "Jo Lee" },
      method: "attested",
      operator: "Sam Roe",
      statement: attestationStatement,
      scope: { face: true, voice: false, use: "greetings", channels: ["mail", "web"] },
      ageConfirmed: true,
      photoSha256: [photoHash("jo.jpg")],
      evidence: [],
      expiresAt: expect.stringContaining("2026-04-01T00:00:"),
    });
    expect(await world.resolve(["jo.jpg"])).toEqual(consent);
    const [line] = await world.data.audit.list();
    expect(JSON.stringify(line)).not.toMatch(/Jo|Sam/);
  });

  test("keeps what was signed, and the statement names everything", async () => {
    const world = await createConsentWorld();
    const consent = await made(world, ...jo, "--method", "e-signature", "--evidence", "signed.pdf", "--voice");
    const sha256 = createHash("sha256").update("signed.pdf").digest("hex");
    expect(consent.evidence).toEqual([{ kind: "document", sha256, byteLength: 10, mediaType: "application/pdf" }]);
    for (const part of ["Jo Lee", "Sam Roe", "voice"]) expect(consent.statement.text).toContain(part);
    const kept = join(world.data.evidenceFolder, `${sha256}.pdf`);
    expect(await readFile(kept, "utf8")).toBe("signed.pdf");
    expect((await stat(kept)).mode & 0o777).toBe(0o600);
    expect((await stat(world.data.evidenceFolder)).mode & 0o777).toBe(0o700);
    expect(await readdir(world.data.evidenceFolder)).toEqual([`${sha256}.pdf`]);
  });

  test("shows what is to be signed, to the letter of what is recorded then", async () => {
    const world = await createConsentWorld();
    const signed = [...jo, "--method", "e-signature", "--use", "greetings"];
    expect(await world.run(...signed, "--show")).toBe(0);
    await writeFile(join(world.folder, "text.txt"), world.stdout());
    expect(world.stdout()).toMatch(/^I, Jo Lee, .*greetings/);
    expect(await world.files()).toEqual([]);
    const consent = await made(world, ...signed, "--statement", "text.txt", "--evidence", "signed.pdf");
    expect(world.stdout()).toContain(`${consent.statement.text}\n`);
  });

  test("answers with the record that says the same already", async () => {
    const world = await createConsentWorld();
    const signed = [...jo, "--method", "e-signature", "--evidence", "signed.pdf", "--expires", "2027-06-30"];
    for (const argv of [jo, signed]) {
      const first = await made(world, ...argv);
      expect(await made(world, ...argv)).toEqual(first);
      expect(world.result()).toMatchObject({ isNew: false });
    }
    expect(await world.run(...jo)).toBe(0);
    expect(world.stdout()).toMatch(/consent_[0-9a-f]{16} says the same already: .* Nothing was added\./);
    expect((await made(world, ...jo, "--use", "greetings")).scope.use).toBe("greetings");
    expect(await world.files()).toHaveLength(3);
  });

  test("says when somebody else on record has the name", async () => {
    const world = await createConsentWorld();
    const { subject } = await made(world, ...jo);
    expect(world.result()).not.toHaveProperty("note");
    const again = ["new", "--photo", "al.jpg", "--subject", "Jo Lee", ...by];
    const note = `There is a Jo Lee already (${subject.id}). If it is the same person, give that id as --subject.`;
    await made(world, ...again);
    expect(world.result()).toMatchObject({ note });
    await writeFile(join(world.folder, "third.jpg"), "third");
    expect(await world.run("new", "--photo", "third.jpg", "--subject", subject.id, ...by)).toBe(0);
    expect(world.stderr()).toBe("");
    await writeFile(join(world.folder, "fourth.jpg"), "fourth");
    expect(await world.run("new", "--photo", "fourth.jpg", "--subject", "Jo Lee", ...by)).toBe(0);
    expect(world.stderr()).toContain(`There is a Jo Lee already (${subject.id}, subject_`);
  });

  test("is for pictures", async () => {
    const world = await createConsentWorld({ tools: { readPhoto } });
    expect(await refusal(world, ...jo)).toMatchObject({ code: "unreadable-photo" });
    await expect(stat(world.data.folder)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is in the log before it counts, and keeps no evidence when it fails", async () => {
    const world = await createConsentWorld();
    await made(world, ...jo);
    await breakLog(world);
    const signed = [...jo, "--method", "e-signature", "--evidence", "signed.pdf"];
    expect(await refusal(world, ...signed)).toHaveProperty("code");
    expect(await world.files()).toHaveLength(1);
    expect(await readdir(world.data.evidenceFolder)).toEqual([]);
  });

  test("takes the text that the person was shown, in their language", async () => {
    const world = await createConsentWorld();
    await writeFile(join(world.folder, "text.txt"), " Ich bin einverstanden.\n");
    const consent = await made(world, ...jo, "--statement", "text.txt", "--language", "de");
    expect(consent.statement).toMatchObject({ text: "Ich bin einverstanden.", language: "de" });
  });

  test("writes the record to a file that serves elsewhere", async () => {
    const world = await createConsentWorld();
    const consent = await made(world, ...jo, "-o", "jo.json");
    expect(await readJson(world, "jo.json")).toEqual(consent);
    expect((await stat(join(world.folder, "jo.json"))).mode & 0o777).toBe(0o600);
    expect(await (await createConsentWorld()).resolve(["jo.jpg"], { flag: join(world.folder, "jo.json") })).toEqual(
      consent,
    );
    expect(await refusal(world, ...jo, "-o", "jo.json")).toMatchObject({ code: "output-exists" });
    expect(await world.files()).toHaveLength(1);
  });

  test("keeps a photo with its subject, and gives a name to one that had none", async () => {
    const world = await createConsentWorld();
    const { subject } = await world.resolve(["jo.jpg"], { flag: "attested:Sam" });
    const named = await made(world, ...jo);
    expect(named.subject).toEqual({ id: subject.id, name: "Jo Lee" });
    const more = await made(world, "new", "--photo", "al.jpg", "--subject", subject.id, ...by);
    expect(more.subject).toEqual(named.subject);
    expect(await refusal(world, "new", "--photo", "jo.jpg", "--subject", "Al", ...by)).toMatchObject({
      code: "consent-mismatch",
    });
    const stranger = ["--subject", "subject_0000000000000000"];
    await writeFile(join(world.folder, "new.jpg"), "new");
    expect(await refusal(world, "new", "--photo", "new.jpg", ...stranger, ...by)).toMatchObject({
      code: "unknown-subject",
    });
  });

  test.each<[string, string[], string]>([
    ["no photo", ["new", "--subject", "Jo", ...by], "bad-usage"],
    ["a photo that is not there", ["new", "--photo", "no.jpg", "--subject", "Jo", ...by], "file-missing"],
    ["no subject", ["new", "--photo", "jo.jpg", ...by], "bad-usage"],
    ["a blank subject", ["new", "--photo", "jo.jpg", "--subject", " ", ...by], "bad-usage"],
    ["nobody who answers for it", ["new", "--photo", "jo.jpg", "--subject", "Jo", "--adult"], "bad-usage"],
    ["no confirmation of age", ["new", "--photo", "jo.jpg", "--subject", "Jo", "--operator", "Sam"], "age-unconfirmed"],
    ["an unknown method", [...jo, "--method", "assumed"], "bad-usage"],
    ["the method of invented people", [...jo, "--method", "fictional"], "bad-usage"],
    ["no evidence of a signature", [...jo, "--method", "e-signature"], "bad-usage"],
    ["evidence that is not there", [...jo, "--method", "e-signature", "--evidence", "no.pdf"], "file-missing"],
    ["an end that is over", [...jo, "--expires", "2025-12-31"], "bad-usage"],
    ["an end that is none", [...jo, "--expires", "soon"], "bad-usage"],
    ["a language without its text", [...jo, "--language", "de"], "bad-usage"],
    ["a statement that is not there", [...jo, "--statement", "no.txt"], "file-missing"],
    ["a language that is none", [...jo, "--statement", "signed.pdf", "--language", "1"], "consent-invalid"],
    ["a recording without its passcode", [...spoken, "--recording", "jo.mov"], "bad-usage"],
    ["a passcode without its recording", [...spoken, "--challenge", "challenge_0000000000000000"], "bad-usage"],
    ["a recording with another method", [...jo, "--recording", "jo.mov", "--challenge", "x"], "bad-usage"],
    ["-o in no folder", [...jo, "-o", "no/jo.json"], "output-folder-missing"],
  ])("refuses %s, and keeps nothing", async (_what, argv, code) => {
    const world = await createConsentWorld();
    expect(await refusal(world, ...argv)).toMatchObject({ code });
    await expect(stat(world.data.folder)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("takes nobody's word where the policy forbids it, nor for who took it back", async () => {
    const strict = await createConsentWorld({ policy: { allowAttested: false } });
    expect(await refusal(strict, ...jo)).toMatchObject({ code: "attestation-not-allowed" });
    const world = await createConsentWorld();
    await world.run("revoke", (await made(world, ...jo)).id);
    expect(await refusal(world, ...jo)).toMatchObject({ code: "consent-revoked" });
    await made(world, ...jo, "--method", "e-signature", "--evidence", "signed.pdf");
    expect(await world.resolve(["jo.jpg"])).toMatchObject({ method: "e-signature" });
  });
});

describe("a recorded passcode", () => {
  test("is a text with three fresh words, then a record with scores", async () => {
    const world = await createConsentWorld();
    const first = await passcode(world, "--use", "greetings");
    expect(first.text).toMatch(new RegExp(`greetings.*My words are ${first.words.join(", ")}\\.$`));
    expect(await world.files()).toEqual([]);
    const consent = await made(world, ...answer(first));
    expect(consent).toMatchObject({
      method: "recorded-passcode",
      subject: { name: "Jo Lee" },
      operator: "Sam Roe",
      statement: { text: first.text },
      scope: { use: "greetings" },
      evidence: [{ kind: "recording", mediaType: "video/quicktime", faceMatch: goodMatch, words: "not-checked" }],
    });
    expect(await readdir(world.data.evidenceFolder)).toEqual([`${consent.evidence[0]!.sha256}.mov`]);
    expect((await world.data.audit.list()).map(({ event }) => event.kind)).toEqual([
      "challenge-issued",
      "consent-recorded",
    ]);
  });

  test("holds for one record", async () => {
    const world = await createConsentWorld();
    const first = await passcode(world);
    await made(world, ...answer(first));
    expect(await refusal(world, ...answer(first))).toMatchObject({ code: "unknown-challenge" });
    expect(await world.files()).toHaveLength(1);
  });

  test("holds for 30 minutes", async () => {
    const world = await createConsentWorld();
    const [first, second] = [await passcode(world), await passcode(world)];
    world.passTime(29);
    await made(world, ...answer(first));
    world.passTime(1);
    expect(await refusal(world, ...answer(second))).toMatchObject({ code: "challenge-expired" });
  });

  test.each(["challenge_0000000000000000", "../consents/x", "", "x"])("is not known as %j", async (id) => {
    const world = await createConsentWorld();
    expect(await refusal(world, ...answer({ id }))).toMatchObject({ code: "unknown-challenge" });
  });

  test("is for the photos and the words it was made with", async () => {
    const world = await createConsentWorld();
    const first = await passcode(world, "--channels", "web, mail");
    expect(await refusal(world, ...answer(first, "--photo", "al.jpg"))).toMatchObject({ code: "consent-mismatch" });
    for (const other of [
      ["--use", "all"],
      ["--subject", "Al"],
      ["--voice"],
      ["--channels", "tv"],
      ["--expires", "9y"],
    ]) {
      expect(await refusal(world, ...answer(first, ...other))).toMatchObject({ code: "bad-usage" });
    }
    await made(world, ...answer(first, "--subject", "Jo Lee", ...by, "--channels", "web,mail"));
  });

  test("is not used up by a recording of somebody else, which is not kept", async () => {
    let attempts = 0;
    const world = await createConsentWorld({
      tools: {
        checkRecording: async () => {
          attempts += 1;
          if (attempts > 1) return goodMatch;
          throw new UnderstudyError("recording-mismatch", "The recording shows another person.");
        },
      },
    });
    const first = await passcode(world);
    expect(await refusal(world, ...answer(first))).toMatchObject({ code: "recording-mismatch" });
    expect(await readdir(world.data.evidenceFolder)).toEqual([]);
    await made(world, ...answer(first));
  });

  test("keeps no recording when the photo came on record for somebody else meanwhile", async () => {
    const world = await createConsentWorld();
    const first = await passcode(world);
    await made(world, "new", "--photo", "jo.jpg", "--subject", "Al", ...by);
    expect(await refusal(world, ...answer(first))).toMatchObject({ code: "consent-mismatch" });
    expect(await readdir(world.data.evidenceFolder)).toEqual([]);
  });

  test("is heard where there is somebody to listen", async () => {
    let said = "";
    const world = await createConsentWorld({ tools: { transcribe: async () => said } });
    const first = await passcode(world);
    said = first.text.toUpperCase().replace(first.words[1]!.toUpperCase(), "MUMBLE");
    expect(await refusal(world, ...answer(first))).toMatchObject({
      code: "recording-mismatch",
      message: expect.stringContaining("Of the 3 words of the passcode, 2"),
    });
    said = first.text.toUpperCase();
    expect((await made(world, ...answer(first))).evidence[0]).toMatchObject({ words: "heard" });
  });

  test("tells how near the faces are, and that nobody listened", async () => {
    const world = await createConsentWorld();
    expect(await world.run(...answer(await passcode(world)))).toBe(0);
    const place = join(world.data.evidenceFolder, `${photoHash("jo.mov")}.mov`);
    expect(world.stdout()).toContain(`
  Face compared: 0.80 (0.63 needed).
  The words were not checked: listen to the recording before you rely on it: ${place}
`);
  });

  test("leads on to the second call by a line to copy", async () => {
    const world = await createConsentWorld();
    await writeFile(join(world.folder, "Jo's photo.jpg"), "x");
    expect(await world.run(...spoken, "--photo", "Jo's photo.jpg")).toBe(0);
    expect(world.stdout()).toMatch(/Then, within 30 minutes \(until 00:30 UTC\):/);
    expect(world.stdout()).toMatch(
      /--challenge challenge_[0-9a-f]{16} --photo jo.jpg --photo 'Jo'\\''s photo.jpg' --recording/,
    );
  });
});

describe("consent list and show", () => {
  test("tell live, expired and revoked records apart", async () => {
    const world = await createConsentWorld();
    const live = await made(world, ...jo, "--expires", "1y");
    const revoked = await made(world, "new", "--photo", "al.jpg", "--subject", "Al", ...by);
    const expired = await made(world, ...jo, "--expires", "2026-01-02");
    await world.run("revoke", revoked.id, "--reason", "asked by mail");
    world.passTime(2 * 24 * 60);
    expect(await world.run("list", "--json")).toBe(0);
    const { consents } = world.result<{ consents: { id: string; state: string }[] }>();
    expect(consents.map(({ id, state }) => [id, state])).toEqual([
      [live.id, "live"],
      [revoked.id, "revoked"],
      [expired.id, "expired"],
    ]);
    await world.run("list");
    expect(world.stdout()).toMatch(new RegExp(`${revoked.id}  revoked      attested .* Al \\(subject_`));
    expect(await world.run("show", revoked.id)).toBe(0);
    expect(world.stdout()).toMatch(/taken back .*noted by Sam Roe: asked by mail/);
    expect(world.stdout()).toContain(attestationStatement.text);
    await world.run("show", live.id, "--json");
    expect(world.result()).toEqual({ consent: live, state: "live" });
  });

  test("tell which records do not count", async () => {
    const world = await createConsentWorld({ policy: { allowAttested: false } });
    const consent = await world.resolve(["jo.jpg"], { flag: "attested:Sam", policy: {} });
    await world.run("list", "--json");
    expect(world.result()).toMatchObject({ consents: [{ id: consent.id, state: "not counted" }] });
    await world.run("show", consent.id, "--json");
    expect(world.result()).toMatchObject({ state: "not counted" });
  });

  test("say so when there is nothing, or nothing of this id", async () => {
    const world = await createConsentWorld();
    expect(await world.run("list")).toBe(0);
    expect(world.stdout()).toBe("There are no consent records.\n");
    for (const id of ["consent_0000000000000000", "../x"]) {
      for (const command of ["show", "revoke", "receipt"]) {
        expect(await refusal(world, command, id)).toMatchObject({ code: "unknown-consent" });
      }
    }
  });

  test("show why a damaged record does not count", async () => {
    const world = await createConsentWorld();
    const { id } = await made(world, ...jo);
    const path = join(world.data.folder, "consents", `${id}.json`);
    await writeFile(path, (await readFile(path, "utf8")).replace("Sam Roe", "Kim"));
    expect(await refusal(world, "show", id)).toMatchObject({ code: "consent-altered" });
  });

  test("a name cannot steer the terminal", async () => {
    const world = await createConsentWorld();
    const consent = await made(world, "new", "--photo", "jo.jpg", "--subject", "Jo\u001B[2J\nX", ...by);
    await world.run("list");
    await world.run("show", consent.id);
    expect(world.stdout().match(/Jo\?\[2J\?X/g)).toHaveLength(2);
  });
});

describe("consent revoke", () => {
  test("ends the consent, once", async () => {
    const world = await createConsentWorld();
    const { id } = await made(world, ...jo);
    expect(await world.run("revoke", id)).toBe(0);
    expect(world.stdout()).toMatch(
      new RegExp(`✓ ${id} is taken back \\(attested, Jo Lee, subject_[0-9a-f]{16}\\)\nNothing was made under it.`),
    );
    expect(await world.run("revoke", id, "--json")).toBe(0);
    expect(world.result()).toMatchObject({ consentId: id, isNew: false, outputs: [] });
    await expect(world.resolve(["jo.jpg"])).rejects.toMatchObject({ code: "consent-revoked" });
    const kinds = (await world.data.audit.list()).map(({ event }) => event.kind);
    expect(kinds).toEqual(["consent-recorded", "consent-revoked"]);
  });

  test("is in the log before it counts", async () => {
    const world = await createConsentWorld();
    const { id } = await made(world, ...jo);
    await breakLog(world);
    expect(await world.run("revoke", id)).not.toBe(0);
    expect(await world.data.consents.revocations()).toEqual([]);
  });

  test("tells which other records of the person are live, and takes back all of them by subject", async () => {
    const world = await createConsentWorld();
    const first = await made(world, ...jo);
    const subject = first.subject.id;
    const other = await made(world, ...jo, "--use", "greetings");
    await made(world, "new", "--photo", "al.jpg", "--subject", subject, ...by);
    await rendered(world, "render_0000000000000001", other.id, subject, ["jo.mp4", "jo.manifest.json"]);
    expect(await world.run("revoke", first.id)).toBe(0);
    expect(world.stdout()).toContain(`On record for the same photo, and not taken back:
  ${other.id}  attested, 2 files were made under it
Of these, only what the person agreed to themselves still counts.
To take back all of this person: understudy consent revoke --subject ${subject}
`);
    await world.run("revoke", first.id, "--json");
    expect(world.result()).toMatchObject({
      otherLiveConsents: [{ consentId: other.id, method: "attested", outputCount: 2 }],
    });
    expect(await world.run("revoke", "--subject", subject, "--json")).toBe(0);
    const { consents } = world.result<{ consents: TakenBack[] }>();
    expect(consents.map(({ isNew }) => isNew)).toEqual([false, true, true]);
    expect(consents.flatMap(({ otherLiveConsents }) => otherLiveConsents)).toEqual([]);
    expect((await world.data.consents.revocations()).length).toBe(3);
  });

  test.each<[string, string[], string]>([
    ["nothing", [], "bad-usage"],
    ["a record and a person", ["consent_0000000000000000", "--subject", "subject_0000000000000000"], "bad-usage"],
    ["nobody on record", ["--subject", "subject_0000000000000000"], "unknown-subject"],
    ["nobody who notes it", ["consent_0000000000000000", "--operator", " "], "bad-usage"],
  ])("refuses %s", async (_what, argv, code) => {
    const world = await createConsentWorld();
    expect(await refusal(world, "revoke", ...argv)).toMatchObject({ code });
  });

  test("works for a record that can no longer be read", async () => {
    const world = await createConsentWorld();
    const { id } = await made(world, ...jo);
    await writeFile(join(world.data.folder, "consents", `${id}.json`), "{");
    expect(await world.run("revoke", id)).toBe(0);
    expect(await world.files()).toContain(`${id}.revoked.json`);
  });

  test("lists every file made under it, and deletes those that are still as they were made", async () => {
    const world = await createConsentWorld();
    const { id, subject } = await made(world, ...jo);
    const other = await made(world, "new", "--photo", "al.jpg", "--subject", "Al", ...by);
    await rendered(world, "render_0000000000000001", id, subject.id, ["jo.mp4", "jo.manifest.json"]);
    await rendered(world, "render_0000000000000002", other.id, other.subject.id, ["al.mp4"]);
    await writeFile(join(world.folder, "jo.manifest.json"), "changed by somebody");
    const states = async (...flags: string[]) => {
      expect(await world.run("revoke", id, ...flags, "--json")).toBe(0);
      return world.result<{ outputs: { state: string }[] }>().outputs.map(({ state }) => state);
    };
    expect(await states()).toEqual(["there", "changed"]);
    await world.run("revoke", id);
    expect(world.stdout()).toContain("To delete them: the same command with --delete-outputs.");
    expect(await states("--delete-outputs")).toEqual(["deleted", "changed"]);
    expect(await states("--delete-outputs")).toEqual(["gone", "changed"]);
    expect(await world.run("revoke", id)).toBe(0);
    expect(world.stdout()).toContain(
      `2 files were made under it:\n  gone     ${join(world.folder, "jo.mp4")}\n  changed`,
    );
    const left = await readdir(world.folder);
    expect(left).toContain("al.mp4");
    expect(left).toContain("jo.manifest.json");
    expect(left).not.toContain("jo.mp4");
  });
});

/** Notes a finished render whose files hold their own names. */
async function rendered(
  world: ConsentWorld,
  renderId: string,
  consentId: string,
  subjectId: string,
  names: readonly string[],
): Promise<void> {
  const paths = names.map((name) => join(world.folder, name));
  for (const path of paths) await writeFile(path, path);
  const outputs = paths.map((path) => ({
    path,
    sha256: createHash("sha256").update(path).digest("hex"),
    byteLength: Buffer.byteLength(path),
  }));
  await world.data.renders.start({
    version: 1,
    renderId,
    people: [{ consentId, subjectId, faces: [] }],
    watermarkId: "0a0b0c",
    label: { kind: "on" },
    state: "started",
    startedAt: "2026-01-01T00:00:00.000Z",
    process: { pid: 1 },
    workFolder: join(world.folder, "work"),
    outputFolder: world.folder,
    outputPaths: paths,
    source: { path: join(world.folder, "ad.mp4") },
    outputs: [],
  });
  await world.data.renders.end(renderId, { state: "finished", outputs }, new Date("2026-01-01T00:01:00Z"));
}

describe("consent receipt", () => {
  test("writes a page and its JSON, again and again", async () => {
    const world = await createConsentWorld();
    const consent = await made(world, ...jo);
    expect(await world.run("receipt", consent.id)).toBe(0);
    expect(await world.run("receipt", consent.id, "-o", ".", "--json")).toBe(0);
    const html = join(world.folder, `${consent.id}.receipt.html`);
    expect(world.result()).toEqual({ consentId: consent.id, html, json: html.replace(/html$/, "json") });
    expect(await readJson(world, `${consent.id}.receipt.json`)).toMatchObject({
      consent,
      contact: "privacy@example.com",
      commands: {
        revoke: `understudy consent revoke ${consent.id}`,
        erase: `understudy erase --subject ${consent.subject.id}`,
      },
    });
    expect(await refusal(world, "receipt", consent.id, "-o", "nowhere")).toMatchObject({
      code: "output-folder-missing",
    });
  });
});
