import { resolve } from "node:path";
import {
  defaultUse,
  hashFile,
  newConsent,
  UnderstudyError,
  type checkRecording,
  type Consent,
  type ConsentEvidence,
} from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";
import { assertInputFile } from "#paths/index.js";
import type { DataFolder } from "#records/data-folder.js";
import { createChallenges, type Challenge, type ConsentDraft } from "./challenges.js";
import { chooseStatement, withPasscode } from "./choose-statement.js";
import { withEvidence } from "./evidence.js";
import { hearWords, type Transcriber } from "./hear-words.js";
import { keepConsent } from "./keep-consent.js";
import { readExpiry } from "./moments.js";
import { subjectOf } from "./subject-of.js";
import { assertNotTakenBack } from "./taken-back.js";

/** The options of `consent new` as commander hands them over. */
export interface NewConsentFlags {
  readonly photo?: readonly string[];
  readonly subject?: string;
  readonly operator?: string;
  readonly method: string;
  readonly evidence?: string;
  readonly recording?: string;
  readonly challenge?: string;
  readonly use?: string;
  readonly channels?: string;
  readonly voice?: boolean;
  readonly statement?: string;
  readonly language?: string;
  readonly expires?: string;
  readonly adult?: boolean;
}

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

/** A record; or, on the first of two calls for a recorded passcode, what is to be spoken. */
export type MadeConsent = { readonly consent: Consent } | { readonly challenge: Challenge };

/**
 * Makes a record as the command line says, or the passcode for one.
 * @throws UnderstudyError `bad-usage`, `file-missing`, `age-unconfirmed`, `attestation-not-allowed`, `consent-revoked`,
 * `consent-mismatch`, `unknown-subject`, `unknown-challenge`, `challenge-expired`, and what `checkRecording()` throws.
 */
export async function makeConsent(flags: NewConsentFlags, desk: ConsentDesk): Promise<MadeConsent> {
  const method = methodOf(flags);
  const photos = await readPhotos(flags.photo ?? [], desk);
  if (flags.challenge !== undefined) return { consent: await redeem(flags, flags.challenge, photos, desk) };

  const { io, config, data } = desk;
  const now = io.now();
  const entries = await data.consents.list();
  const photoSha256 = photos.map(({ sha256 }) => sha256);
  if (method === "attested") {
    if (!config.consent.allowAttested) {
      throw new UnderstudyError("attestation-not-allowed", "The policy of this installation takes nobody else's word.");
    }
    assertNotTakenBack(entries, photoSha256);
  }
  const subject = subjectOf(entries, photoSha256, needed(flags.subject, "--subject NAME", "whose face it is"));
  const draft = await draftConsent(flags, { method, subject, photoSha256 }, desk, now);
  // What no record may hold is refused before anybody speaks it or signs for it.
  newConsent({ ...draft, now });
  if (method === "recorded-passcode") {
    const challenge = await createChallenges(data.challengesFolder).issue(
      (words) => ({ ...draft, statement: withPasscode(draft.statement, words) }),
      now,
    );
    await data.audit.append({ kind: "challenge-issued", challengeId: challenge.id }, now);
    return { challenge };
  }
  if (flags.evidence === undefined) return { consent: await record(draft, [], desk) };
  const document = { what: "evidence", maxBytes: config.limits.maxInputBytes, signal: io.signal };
  return withEvidence(data.evidenceFolder, resolve(io.cwd, flags.evidence), document, async (staged) => {
    await staged.keep();
    return { consent: await record(draft, [{ kind: "document", ...staged.facts }], desk) };
  });
}

type Method = "attested" | "e-signature" | "recorded-passcode";

/** The method, and that what it needs is there. What the flags alone show is refused before a file is opened. */
function methodOf({ method, evidence, recording, challenge, adult }: NewConsentFlags): Method {
  if (method !== "attested" && method !== "e-signature" && method !== "recorded-passcode") {
    throw new UnderstudyError(
      "bad-usage",
      `--method expects attested, e-signature or recorded-passcode but received "${method}".`,
    );
  }
  const isSpoken = method === "recorded-passcode";
  if ((recording !== undefined || challenge !== undefined) && !isSpoken) {
    throw new UnderstudyError("bad-usage", "--recording and --challenge belong to --method recorded-passcode.");
  }
  if ((recording === undefined) !== (challenge === undefined)) {
    throw new UnderstudyError("bad-usage", "--recording and --challenge need each other.", {
      hint: "Without both of them the command gives a passcode; record it, then give both.",
    });
  }
  if (method === "e-signature") needed(evidence, "--evidence FILE", "what the person signed");
  if (isSpoken && evidence !== undefined) {
    throw new UnderstudyError(
      "bad-usage",
      "--evidence does not go with recorded-passcode: the recording is the evidence.",
    );
  }
  if (adult !== true && challenge === undefined) {
    throw new UnderstudyError("age-unconfirmed", "Nobody confirmed that the person is 18 or older.", {
      hint: "Pass --adult if you know that they are; nobody younger may be shown.",
    });
  }
  return method;
}

interface Photo {
  readonly path: string;
  readonly sha256: string;
}

async function readPhotos(given: readonly string[], { io, config }: ConsentDesk): Promise<Photo[]> {
  if (given.length === 0) throw new UnderstudyError("bad-usage", "A consent is for photos: --photo PHOTO.");
  const paths = given.map((photo) => resolve(io.cwd, photo));
  for (const path of paths) await assertInputFile(path, "photo");
  const settings = { maxBytes: config.limits.maxInputBytes, signal: io.signal };
  return Promise.all(paths.map(async (path) => ({ path, sha256: (await hashFile(path, settings)).sha256 })));
}

async function draftConsent(
  flags: NewConsentFlags,
  known: Pick<ConsentDraft, "method" | "subject" | "photoSha256">,
  { io, config }: ConsentDesk,
  now: Date,
): Promise<ConsentDraft> {
  const { standing } = config.consent;
  const operator = needed(flags.operator ?? standing.operator, "--operator NAME", "who answers for it").trim();
  const scope = { voice: flags.voice === true, use: flags.use ?? defaultUse, channels: listOf(flags.channels) };
  const end = flags.expires === undefined ? {} : { expiresAt: readExpiry(flags.expires, now) };
  const file = flags.statement === undefined ? undefined : resolve(io.cwd, flags.statement);
  const statement = await chooseStatement({ file, language: flags.language }, known.method, {
    name: known.subject.name,
    operator,
    scope,
    ...end,
  });
  return { ...known, operator, statement, scope, ageConfirmed: true, ...end };
}

/** The second call for a recorded passcode: all but photo and recording comes from the first one. */
async function redeem(
  flags: NewConsentFlags,
  id: string,
  photos: readonly Photo[],
  desk: ConsentDesk,
): Promise<Consent> {
  const { io, config, data, tools } = desk;
  const { maxInputBytes: maxBytes } = config.limits;
  const challenges = createChallenges(data.challengesFolder);
  const { draft, words } = await challenges.read(id, io.now());
  assertSameWish(flags, draft);
  const isSamePhotos =
    photos.length === draft.photoSha256.length && photos.every(({ sha256 }) => draft.photoSha256.includes(sha256));
  if (!isSamePhotos) {
    throw new UnderstudyError("consent-mismatch", `The passcode ${id} was made for other photos.`, {
      hint: "Give the photos that the passcode was made for, or get a passcode for these.",
    });
  }
  const recording = { what: "recording", maxBytes, signal: io.signal };
  return withEvidence(data.evidenceFolder, resolve(io.cwd, flags.recording ?? ""), recording, async (staged) => {
    const { path, facts } = staged;
    const { limits } = config;
    const faceMatch = await tools.checkRecording({ recordingPath: path, photos, limits, signal: io.signal });
    const spoken = { path, language: draft.statement.language, words };
    const heard = await hearWords(tools.transcribe, spoken, io.signal);
    await challenges.use(id);
    await staged.keep();
    const { subject, photoSha256 } = draft;
    const entries = await data.consents.list();
    // The photo may have come on record since.
    const now = subject.id === undefined ? subjectOf(entries, photoSha256, subject.name) : subject;
    return record({ ...draft, subject: now }, [{ kind: "recording", ...facts, faceMatch, words: heard }], desk);
  });
}

async function record(
  draft: ConsentDraft,
  evidence: readonly ConsentEvidence[],
  { io, data }: ConsentDesk,
): Promise<Consent> {
  const now = io.now();
  const consent = newConsent({ ...draft, evidence, now });
  await keepConsent(consent, data, now);
  return consent;
}

/** What the person spoke cannot be changed by the flags of the second call. */
function assertSameWish(flags: NewConsentFlags, { subject, operator, scope }: ConsentDraft): void {
  const spoken: Partial<Record<keyof NewConsentFlags, unknown>> = {
    operator,
    use: scope?.use,
    voice: scope?.voice,
    channels: scope?.channels?.join(","),
    statement: undefined,
    language: undefined,
    expires: undefined,
  };
  const isSubject = [undefined, subject.name, subject.id].includes(flags.subject);
  const again = { ...flags, ...(flags.channels !== undefined && { channels: listOf(flags.channels).join(",") }) };
  const other = (Object.keys(spoken) as (keyof NewConsentFlags)[]).find(
    (name) => again[name] !== undefined && again[name] !== spoken[name],
  );
  if (isSubject && other === undefined) return;
  throw new UnderstudyError("bad-usage", `--${other ?? "subject"} is not what the passcode was made with.`, {
    hint: "Give photo, recording and challenge only: the rest was fixed when the passcode was made.",
  });
}

function needed(value: string | undefined, option: string, what: string): string {
  if (value !== undefined && value.trim() !== "") return value;
  throw new UnderstudyError("bad-usage", `A consent record says ${what}: ${option}.`);
}

function listOf(text: string | undefined): string[] {
  return (text ?? "").split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}
