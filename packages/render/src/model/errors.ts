/** What the table says of one failure; `docs/errors.md` is its prose twin, kept one to one by a test. */
export interface ErrorFact {
  /** Process exit status of the command: 2 = knowable from the command line, 1 = learned by opening or running. */
  readonly exitStatus: 1 | 2;
  /** Whether the same request can succeed later without a change. */
  readonly retryable: boolean;
  /** The next step for the reader, one sentence. Used when the thrower knows nothing better. */
  readonly hint: string;
}

const usage = (hint: string): ErrorFact => ({ exitStatus: 2, retryable: false, hint });
const refused = (hint: string): ErrorFact => ({ exitStatus: 1, retryable: false, hint });
const passing = (hint: string): ErrorFact => ({ exitStatus: 1, retryable: true, hint });

/** Every failure that a reader can meet. Codes are permanent: add, never rename. */
export const errorFacts = {
  // Knowable from the command line.
  "bad-usage": usage("Run the command with --help to see its options."),
  "bad-config": usage("Run `understudy config explain` to see every setting, its source and its range."),
  "bad-plan": usage('A plan is JSON: {"swap":[{"startSeconds":0,"endSeconds":5}]}.'),
  "overlapping-segments": usage("Give swap ranges that do not overlap, such as --swap 0-5,15-20."),
  "file-missing": usage("Check the path; nothing was written."),
  "output-folder-missing": usage("Create the folder first, or choose another with -o."),
  "output-exists": usage("Choose another name with -o, or pass --force to replace the file."),
  "unsupported-engine": usage("Use --engine mesh, or --engine onnx:MANIFEST with a swap model of your own."),
  "consent-required": usage(
    'Give --consent FILE, or --consent attested:"NAME" if you hold the person\'s permission and know that they are 18 or older.',
  ),
  "attestation-not-allowed": usage(
    "The policy consent.allowAttested is off: record the person's own consent with `understudy consent new`.",
  ),
  "unknown-consent": usage("Run `understudy consent list` to see the records."),
  "unknown-subject": usage("Run `understudy consent list` to see the subjects."),
  "unknown-challenge": usage("Run `understudy consent new --method recorded-passcode` to get a passcode."),
  "keys-exist": usage("Pass --force to put new keys in their place; what the old ones signed stays valid."),
  // Learned by opening what was given.
  "unreadable-media": refused("Check that the file plays, or export it again as MP4 (H.264 and AAC)."),
  "no-video-track": refused("Give a file that has a picture, not only sound."),
  "input-too-large": refused("Give a smaller file; limits.maxInputBytes in the configuration may be raised to 2 GiB."),
  "too-many-pixels": refused("Raise limits.maxPixels in the configuration, or scale the input down."),
  "input-too-long": refused("Raise limits.maxDurationSeconds in the configuration, or trim the video."),
  "swap-outside-video": refused("Choose a swap range that lies inside the video."),
  "no-face-in-video": refused("Choose segments in which the person's face is visible."),
  "person-not-found": refused("Let `understudy analyse VIDEO` list the people in the video, and choose one of them."),
  "face-missing": refused("Choose other segments, or pass --allow-missing-face to leave those frames as they are."),
  "unreadable-photo": refused("Give a JPEG, PNG, WebP or AVIF picture that opens in a viewer."),
  "unsupported-photo": refused("Convert the photo to JPEG or PNG."),
  "no-face-in-photo": refused("Give a photo in which one face is clearly visible."),
  "many-faces-in-photo": refused("Crop the photo to the one person who agreed."),
  "face-too-small": refused("Give a photo in which the face is larger."),
  "face-turned-away": refused("Give a photo that shows the face from the front."),
  "face-covered": refused("Give a photo without hair, hands or a mask over the face."),
  "face-too-dark": refused("Give a photo with more light on the face."),
  "face-unevenly-lit": refused("Give a photo with even light on both sides of the face."),
  "face-blurred": refused("Give a sharper photo."),
  "face-expression": refused("Give a photo with open eyes and a closed mouth."),
  "face-mismatch": refused("Give photos of one person only, each with the same face in good light."),
  "consent-invalid": refused("Make a new consent record for this photo."),
  "consent-version": refused("Make the record again with this release, or use the release that made it."),
  "consent-altered": refused("Use the record as it was made, or make a new one with `understudy consent new`."),
  "consent-expired": refused("Ask the person again and make a new record with `understudy consent new`."),
  "consent-revoked": refused("The person took their consent back: nothing may be made with this photo."),
  "consent-mismatch": refused("Give the record that was made for this photo and this use, or make one."),
  "age-unconfirmed": refused("Only people of 18 or older may be shown; confirm it when the record is made."),
  "challenge-expired": refused("A passcode holds for 30 minutes; get a new one and record again."),
  "recording-mismatch": refused("Record the person of the photo, alone, in good light, looking at the camera."),
  "keys-exposed": refused("Take the rights of others away: chmod 600 on the key files."),
  "keys-unusable": refused("Run `understudy keys init --force` to make new keys."),
  "certificate-unusable": refused(
    "Give a certificate that may sign Content Credentials, with its chain and its own private key.",
  ),
  "credentials-missing": refused(
    "Compare the file with its original, or ask who made it; its credentials may have been removed.",
  ),
  "credentials-remote": refused(
    "Get the credentials from their publisher; nothing is fetched for a file that is only looked at.",
  ),
  "credentials-invalid": refused("Do not rely on what this file says of itself; ask its maker for another copy."),
  "content-altered": refused("Get the file from its maker again; this copy is not what was signed."),
  "data-folder-unreadable": refused("Check the data folder's files; `understudy config explain` shows where it is."),
  "audit-broken": refused("Keep the file as it is and compare it with a backup; what was written later still counts."),
  "bad-job": refused("Send the fields that docs/worker.md lists, or docs/make.md for the service."),
  "download-refused": refused(
    "Give a public http or https address; network.allow in the configuration permits private ones.",
  ),
  "download-wrong-type": refused("Give an address that leads straight to the file, not to a page that shows it."),
  "bad-handler": refused("Give a module whose default export, or export named `handler`, is a function."),
  "bad-request": refused("Compare the request with the API's own pages: /docs and /openapi.json of the service."),
  "not-found": refused("Check the id; what belongs to another owner looks the same as what is not there."),
  unauthorized: refused("Send `Authorization: Bearer KEY` with a key that is not revoked and has not expired."),
  forbidden: refused("Use a key that has the scope, or make one: `understudy access create`."),
  "idempotency-mismatch": refused("Use a new Idempotency-Key for a new request, or send the same body again."),
  "not-retryable": refused("Only a failed or cancelled render can be retried; create a new one, or fork it."),
  "upload-conflict": refused("Ask for the upload's offset (HEAD), then send the bytes from there."),
  "upload-broken": refused("The bytes are not what was announced; make a new upload and send them again."),
  "artifact-missing": refused("The file is not kept any more; send it again."),
  "cost-cap-exceeded": refused(
    "Swap fewer seconds, or raise the cap of the request or of the configuration (cost.capUsd).",
  ),
  "crashed-repeatedly": refused("Whoever worked on it died each time; look into the runner's log, then retry it."),
  "webhook-refused": refused(
    "Give a public https address that answers by itself; network.allow in the configuration permits private ones.",
  ),
  "airtable-token": refused(
    "Make a personal access token with the scopes that docs/airtable.md names, and start again with it in AIRTABLE_TOKEN.",
  ),
  "airtable-table": refused(
    "Add or change the columns that the message names, or let `understudy airtable connect --create` add them.",
  ),
  "bad-row": refused("Fill in what the message names, then set Status to Pending again."),
  "erase-incomplete": refused("Remove what the report lists, then run the command again."),
  "bad-script": refused("Give a text of English words."),
  "script-does-not-fit": refused("Shorten or lengthen the script, or give it another segment."),
  "no-speech": refused("Give a recording in which somebody speaks the words."),
  "lip-mismatch": refused(
    "Leave the script to kept segments, or pass --allow-lip-mismatch to have it spoken over a face whose lips say something else.",
  ),
  "bad-voice-sample": refused(
    "Give 3 to 15 s of one person speaking, without music, and what they say, word for word.",
  ),
  "bad-model": refused("Compare the manifest and its files with docs/onnx.md."),
  "weights-licence": refused(
    "Use --engine mesh, or a model whose licence allows it; project.commercial says that the videos earn money.",
  ),
  // Learned by running.
  "weights-missing": refused("Run `npm run build`, which makes the model files."),
  "runtime-missing": refused("Install the library that the message names; `understudy doctor` says what there is."),
  "weights-mismatch": refused("Delete packages/render/weights and run `npm run build`."),
  "verification-failed": refused("Nothing was delivered. Try --stitch reencode, and please report the file."),
  "seal-failed": refused("Nothing was delivered. Run the command again, and please report it if it stays."),
  "download-failed": passing("Check that the address opens in a browser without signing in, then send the job again."),
  "upload-failed": passing("Check the bucket's address, name and keys (BUCKET_* variables), then send the job again."),
  "voice-unavailable": passing("Check the voice endpoint's address and key, or speak with the voice that is built in."),
  "deadline-exceeded": passing("Raise jobs.deadlineSeconds in the configuration, or give a shorter video."),
  "rate-limited": passing("Wait as long as Retry-After says, or ask for a key with a higher limit."),
  "service-stopping": passing("Send the request again in some seconds; the service is being restarted."),
  "port-in-use": passing("Choose another port with --port, or stop what listens there."),
  "database-unavailable": passing(
    "Check DATABASE_URL, or leave it unset to use the private database; --memory needs none.",
  ),
  "airtable-unavailable": passing("Nothing is lost; Airtable is asked again by itself."),
  "timestamp-failed": passing("Check seal.timestampUrl in the configuration, or leave it out."),
  "output-write-failed": passing("Check that the folder is writable, then run the command again."),
  "disk-full": passing("Free some space, then run the command again."),
  cancelled: passing("Run the command again to start over; nothing was written."),
  "internal-error": refused("This is a fault of ours; please report it with the message above."),
} as const satisfies Record<string, ErrorFact>;

/** Permanent, kebab-case name of a failure. */
export type ErrorCode = keyof typeof errorFacts;

/** The one error of the project: what happened, why, what to do, and whether trying again makes sense. */
export class UnderstudyError extends Error {
  override readonly name = "UnderstudyError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable: boolean;

  /**
   * @param message one calm sentence with the numbers in it; never a secret or personal data.
   * @param options `hint` replaces the table's, `cause` keeps what was thrown below.
   */
  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? errorFacts[code].hint;
    this.retryable = errorFacts[code].retryable;
  }
}

/** Whether a system call failed because the disk, or the user's share of it, is full. */
export function isDiskFull(thrown: unknown): boolean {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOSPC" || code === "EDQUOT";
}

/** Wraps whatever was thrown; an `UnderstudyError` passes unchanged, an abort becomes `cancelled`. */
export function toUnderstudyError(thrown: unknown): UnderstudyError {
  if (thrown instanceof UnderstudyError) return thrown;
  const system = thrown as NodeJS.ErrnoException;
  if (system?.name === "AbortError")
    return new UnderstudyError("cancelled", "The render was cancelled.", { cause: thrown });
  if (isDiskFull(thrown)) return new UnderstudyError("disk-full", "The disk is full.", { cause: thrown });
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new UnderstudyError("internal-error", `Something unexpected happened: ${reason}`, { cause: thrown });
}

/** Ends a `switch` over a closed union. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
