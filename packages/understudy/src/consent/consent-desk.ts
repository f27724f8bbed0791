import {
  canonicalJson,
  hashFile,
  newConsent,
  UnderstudyError,
  type checkRecording,
  type Consent,
  type ConsentEntry,
  type ConsentEvidence,
  type readPhoto,
} from "@understudy/render";
import { resolve } from "node:path";
import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";
import { assertInputFile } from "#paths/index.js";
import type { DataFolder } from "#records/data-folder.js";
import type { ConsentDraft } from "./challenges.js";
import type { StagedEvidence } from "./evidence.js";
import type { Transcriber } from "./hear-words.js";
import { isLive } from "./consent-state.js";
import { keepConsent, type ConsentData } from "./keep-consent.js";

/** What making a record needs of its surroundings. */
export interface ConsentDesk {
  readonly io: CliIo;
  readonly config: Config;
  readonly data: DataFolder;
  readonly tools: ConsentTools;
}

/** What looks at photos and recordings, and listens. */
export interface ConsentTools {
  readonly readPhoto: (...input: Parameters<typeof readPhoto>) => Promise<unknown>;
  readonly checkRecording: typeof checkRecording;
  readonly transcribe?: Transcriber;
}

/** A photo as it was given. */
export interface ConsentPhoto {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Hashes the photos of a record to be, and looks whether they are pictures.
 * @throws UnderstudyError `bad-usage`, `file-missing`, `input-too-large`, and what `readPhoto()` says.
 */
export async function readPhotos(given: readonly string[], desk: ConsentDesk): Promise<ConsentPhoto[]> {
  const { io, config, tools } = desk;
  const { maxInputBytes } = config.limits;
  if (given.length === 0) throw new UnderstudyError("bad-usage", "A consent is for photos: --photo PHOTO.");
  const paths = given.map((photo) => resolve(io.cwd, photo));
  for (const path of paths) await assertInputFile(path, "photo");
  const photos: ConsentPhoto[] = [];
  for (const path of paths) {
    const { sha256 } = await hashFile(path, { maxBytes: maxInputBytes, signal: io.signal });
    await tools.readPhoto(path, { maxInputBytes, expectedSha256: sha256 });
    photos.push({ path, sha256 });
  }
  return photos;
}

/** A record, and whether it was made now. */
export interface RecordedConsent {
  readonly consent: Consent;
  /** False when a live record said the very same already; then that is `consent`. */
  readonly isNew: boolean;
  /** Where its evidence lies. */
  readonly evidencePath?: string;
}

/**
 * Makes the record of a draft, then keeps its evidence, then the record: what is refused leaves nothing behind.
 * @param proof the evidence with what is said of it; undefined when there is none.
 */
export async function recordConsent(
  draft: ConsentDraft,
  proof: { readonly staged: StagedEvidence; readonly evidence: ConsentEvidence } | undefined,
  { io, data }: { readonly io: Pick<CliIo, "now">; readonly data: ConsentData },
): Promise<RecordedConsent> {
  const now = io.now();
  const evidence = proof === undefined ? [] : [proof.evidence];
  const consent = newConsent({ ...draft, evidence, now });
  const isTwin = (entry: ConsentEntry) => isLive(entry, now) && saysTheSame(entry.consent, consent);
  const twin = (await data.consents.list()).find(isTwin)?.consent;
  const keep = async () => void (twin === undefined && (await keepConsent(consent, data, now)));
  if (proof === undefined) await keep();
  else await proof.staged.keepFor(keep);
  const place = proof === undefined ? {} : { evidencePath: proof.staged.place };
  return { consent: twin ?? consent, isNew: twin === undefined, ...place };
}

/** Whether two records differ in nothing but when they were made. */
function saysTheSame(a: Consent, b: Consent): boolean {
  const words = ({ id: _id, createdAt: _createdAt, salt: _salt, recordSha256: _hash, ...rest }: Consent) =>
    canonicalJson(rest);
  return words(a) === words(b);
}
