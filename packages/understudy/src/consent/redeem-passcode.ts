import { resolve } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { createChallenges, type ConsentDraft } from "./challenges.js";
import { recordConsent, type ConsentDesk, type ConsentPhoto, type RecordedConsent } from "./consent-desk.js";
import { withEvidence } from "./evidence.js";
import { hearWords } from "./hear-words.js";
import { listOf, type NewConsentFlags } from "./new-consent-flags.js";
import { subjectOf } from "./subject-of.js";

/**
 * The second call for a recorded passcode: all but photo and recording comes from the first one.
 * @throws UnderstudyError `unknown-challenge`, `challenge-expired`, `consent-mismatch`, `bad-usage`, and what
 * `checkRecording()` throws; the passcode can be tried again then.
 */
export async function redeemPasscode(
  flags: NewConsentFlags,
  id: string,
  photos: readonly ConsentPhoto[],
  desk: ConsentDesk,
): Promise<RecordedConsent> {
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
  return withEvidence(data, resolve(io.cwd, flags.recording ?? ""), recording, async (staged) => {
    const { path, facts } = staged;
    const { limits, mediaIo } = config;
    const faceMatch = await tools.checkRecording({ recordingPath: path, photos, limits, mediaIo, signal: io.signal });
    const spoken = { path, language: draft.statement.language, words };
    const heard = await hearWords(tools.transcribe, spoken, io.signal);
    const { subject, photoSha256 } = draft;
    // The photo may have come on record since.
    const current =
      subject.id === undefined ? subjectOf(await data.consents.list(), photoSha256, subject.name) : subject;
    await challenges.use(id);
    const evidence = { kind: "recording", ...facts, faceMatch, words: heard } as const;
    return recordConsent({ ...draft, subject: current }, { staged, evidence }, desk);
  });
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
