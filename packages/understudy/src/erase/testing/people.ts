import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { newConsent, type Consent } from "@understudy/render";
import { onTestFinished } from "vitest";
import { openDataFolder, type DataFolder } from "#records/data-folder.js";
import type { OutputFact, RenderRecord, ShownPerson } from "#records/render-records.js";
import { sampleRecord } from "#records/testing/sample-record.js";

/** Lower-case hex of a text's bytes. */
export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A folder with a data folder in it, and a way to fill both. */
export interface People {
  readonly folder: string;
  readonly data: DataFolder;
  /** Writes a file below the folder; its content is its name unless told. */
  file(name: string, content?: string): Promise<{ path: string; sha256: string }>;
  /** Records the consent of a person for `<name>.jpg`, with a recording as evidence. */
  consent(name: string, parts?: Partial<Parameters<typeof newConsent>[0]>): Promise<Consent>;
  /** Records a finished render that wrote a video, a manifest and a report. */
  render(consent: Consent, number: number, parts?: Partial<RenderRecord>): Promise<RenderRecord>;
  /** Whom a render shows who gave a consent for `<name>.jpg`. */
  shown(consent: Consent): ShownPerson;
}

/** Makes the folder, and removes it when the test is over. */
export async function createPeople(dataFolder?: string): Promise<People> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-people-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const data = openDataFolder(dataFolder ?? join(folder, "data"));
  const now = new Date("2026-01-01T00:00:00.000Z");

  const file: People["file"] = async (name, content = name) => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return { path, sha256: sha256Of(content) };
  };
  const shown = ({ id, subject: { id: subjectId, name } }: Consent): ShownPerson => {
    const photo = `mine/${name}.jpg`;
    return { consentId: id, subjectId, faces: [{ path: join(folder, photo), sha256: sha256Of(photo) }] };
  };
  return {
    folder,
    data,
    file,
    shown,
    async consent(name, parts) {
      const photo = await file(`mine/${name}.jpg`);
      const recording = `${name} says so`;
      await mkdir(data.evidenceFolder, { recursive: true });
      await writeFile(join(data.evidenceFolder, `${sha256Of(recording)}.mp4`), recording);
      const evidence = {
        kind: "recording",
        sha256: sha256Of(recording),
        byteLength: 10,
        mediaType: "video/mp4",
        faceMatch: { similarity: 0.9, threshold: 0.63, sampledFrames: 9, framesWithFace: 9 },
      } as const;
      const consent = newConsent({
        subject: { name },
        method: "recorded-passcode",
        operator: "Test operator",
        statement: { text: "agreed", version: "1", language: "en" },
        ageConfirmed: true,
        photoSha256: [photo.sha256],
        evidence: [evidence],
        now,
        ...parts,
      });
      await data.consents.add(consent);
      return consent;
    },
    async render(consent, number, parts = {}) {
      const { name } = consent.subject;
      const outputs: OutputFact[] = [];
      for (const ending of ["mp4", "manifest.json", "report.html"]) {
        const content = `${ending} ${number} of ${name}`;
        const { path, sha256 } = await file(`out/${name}-${number}.${ending}`, content);
        outputs.push({ path, sha256, byteLength: content.length });
      }
      const source = await file("mine/source.mp4");
      await file(`mine/${name}.jpg`);
      const record = sampleRecord({
        renderId: `render_${sha256Of(`${name} ${number}`).slice(0, 16)}`,
        people: [shown(consent)],
        outputFolder: join(folder, "out"),
        outputPaths: outputs.map(({ path }) => path),
        source,
        ...parts,
      });
      await data.renders.start(record);
      const end = { state: "finished", outputs, sourceSha256: source.sha256 } as const;
      if (parts.state !== "started") await data.renders.end(record.renderId, end, now);
      return (await data.renders.get(record.renderId))!;
    },
  };
}
