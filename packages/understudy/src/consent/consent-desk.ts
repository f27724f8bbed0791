import {
  hashFile,
  newConsent,
  UnderstudyError,
  type checkRecording,
  type Consent,
  type ConsentEvidence,
} from "@understudy/render";
import { resolve } from "node:path";
import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";
import { assertInputFile } from "#paths/index.js";
import type { DataFolder } from "#records/data-folder.js";
import type { ConsentDraft } from "./challenges.js";
import type { Transcriber } from "./hear-words.js";
import { keepConsent } from "./keep-consent.js";

/** What making a record needs of its surroundings. */
export interface ConsentDesk {
  readonly io: CliIo;
  readonly config: Config;
  readonly data: DataFolder;
  readonly tools: ConsentTools;
}

/** What looks at recordings and listens to them. */
export interface ConsentTools {
  readonly checkRecording: typeof checkRecording;
  readonly transcribe?: Transcriber;
}

/** A photo as it was given. */
export interface ConsentPhoto {
  readonly path: string;
  readonly sha256: string;
}

/** Hashes the photos of a record to be. @throws UnderstudyError `bad-usage`, `file-missing`, `input-too-large`. */
export async function readPhotos(given: readonly string[], { io, config }: ConsentDesk): Promise<ConsentPhoto[]> {
  if (given.length === 0) throw new UnderstudyError("bad-usage", "A consent is for photos: --photo PHOTO.");
  const paths = given.map((photo) => resolve(io.cwd, photo));
  for (const path of paths) await assertInputFile(path, "photo");
  const settings = { maxBytes: config.limits.maxInputBytes, signal: io.signal };
  return Promise.all(paths.map(async (path) => ({ path, sha256: (await hashFile(path, settings)).sha256 })));
}

/** Makes the record of a draft and keeps it. */
export async function recordConsent(
  draft: ConsentDraft,
  evidence: readonly ConsentEvidence[],
  { io, data }: ConsentDesk,
): Promise<Consent> {
  const now = io.now();
  const consent = newConsent({ ...draft, evidence, now });
  await keepConsent(consent, data, now);
  return consent;
}
