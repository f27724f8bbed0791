import { basename } from "node:path";
import { UnderstudyError, type Consent, type ConsentEntry } from "@understudy/render";
import type { DataFolder } from "#records/data-folder.js";
import {
  publishedBy,
  publishedPath,
  publishedState,
  takeDown,
  type BucketAtHand,
  type PublishedState,
} from "#records/published.js";
import { outputState, removeOutput, type OutputState } from "#records/remove-output.js";
import type { OutputFact, RenderRecord } from "#records/render-records.js";
import { isLive } from "./consent-state.js";

/** A file that was made under a consent, and what became of it. */
export interface OutputUnder extends OutputFact {
  readonly renderId: string;
  /** Absolute path, or `s3://BUCKET/KEY` of what was uploaded. */
  readonly path: string;
  /** Origin of the bucket's service; absent for a file of this machine. */
  readonly endpointUrl?: string;
  readonly state: OutputState | PublishedState | "deleted";
}

/** Another record for the same photo. */
export interface OtherConsent {
  readonly consentId: string;
  readonly method: Consent["method"];
  /** How many files were made under it. */
  readonly outputCount: number;
}

/** What taking a consent back came to. */
export interface TakenBack {
  readonly consentId: string;
  /** Absent when the record cannot be read; then nothing is known of the person. */
  readonly subject?: Consent["subject"];
  readonly method?: Consent["method"];
  readonly revokedAt: string;
  /** False when it had been taken back before; then nothing was noted. */
  readonly isNew: boolean;
  readonly outputs: readonly OutputUnder[];
  /** Live records of the same person for one of its photos; of these what the person agreed to themselves still counts. */
  readonly otherLiveConsents: readonly OtherConsent[];
}

/** What to take back, and how. */
export interface TakeBackOrder {
  readonly consentIds: readonly string[];
  /** Who notes it; default who made the record. */
  readonly revokedBy?: string | undefined;
  readonly reason?: string | undefined;
  /** Whether files made under it are deleted, where they still are as they were made. */
  readonly deletesOutputs: boolean;
  /** The bucket of this process, undefined when there is none; opened when something was uploaded. */
  readonly openBucket?: () => Promise<BucketAtHand | undefined>;
}

type TakeBackData = Pick<DataFolder, "consents" | "renders" | "audit">;

/**
 * Notes that a person took consents back. From now on no render starts or is delivered under them; what was made is listed,
 * and which other records of the person are live. Also for records that can no longer be read.
 * @throws UnderstudyError `unknown-consent`.
 */
export async function takeBack(order: TakeBackOrder, data: TakeBackData, now: Date): Promise<TakenBack[]> {
  const noted = [];
  for (const consentId of order.consentIds) noted.push(await note(consentId, order, data, now));
  const renders = await data.renders.list();
  const entries = await data.consents.list();
  const madeUnder = (id: string) => renders.filter(({ people }) => people.some(({ consentId }) => consentId === id));
  const isUploaded = noted
    .flatMap(({ consentId }) => madeUnder(consentId))
    .some((made) => publishedBy(made).length > 0);
  const bucket = isUploaded ? await order.openBucket?.() : undefined;
  const taken: TakenBack[] = [];
  for (const { consent, ...facts } of noted) {
    const outputs: OutputUnder[] = [];
    for (const render of madeUnder(facts.consentId)) {
      outputs.push(...(await outputsOf(render, order)), ...(await uploadsOf(render, order, bucket)));
    }
    const otherLiveConsents = otherLiveOnes(consent, entries, now).map(({ id, method }) => {
      const outputCount = madeUnder(id).reduce((sum, render) => sum + render.outputs.length, 0);
      return { consentId: id, method, outputCount };
    });
    const whose = consent === undefined ? {} : { subject: consent.subject, method: consent.method };
    taken.push({ ...facts, ...whose, outputs, otherLiveConsents });
  }
  return taken;
}

async function outputsOf(
  render: RenderRecord,
  { deletesOutputs }: Pick<TakeBackOrder, "deletesOutputs">,
): Promise<OutputUnder[]> {
  const outputs: OutputUnder[] = [];
  for (const output of render.outputs) {
    const isDeleted = deletesOutputs && (await removeOutput(output));
    const state = isDeleted ? "deleted" : await outputState(output);
    // What was uploaded lies here no more, as it should.
    if (state !== "gone" || publishedBy(render).length === 0)
      outputs.push({ renderId: render.renderId, ...output, state });
  }
  return outputs;
}

async function uploadsOf(
  render: RenderRecord,
  { deletesOutputs }: Pick<TakeBackOrder, "deletesOutputs">,
  bucket: BucketAtHand | undefined,
): Promise<OutputUnder[]> {
  const uploads: OutputUnder[] = [];
  for (const object of publishedBy(render)) {
    const { endpointUrl, key } = object;
    const state = await (deletesOutputs ? takeDown(object, bucket) : publishedState(object, bucket));
    // A place is noted for every companion that a video may have.
    const written = render.outputs.find(({ path }) => basename(path) === basename(key));
    if (written === undefined) continue;
    uploads.push({ renderId: render.renderId, ...written, path: publishedPath(object), endpointUrl, state });
  }
  return uploads;
}

/** The live records of the same person that cover one of the photos. */
export function otherLiveOnes(consent: Consent | undefined, entries: readonly ConsentEntry[], now: Date): Consent[] {
  return entries
    .filter((entry) => isLive(entry, now))
    .map((entry) => entry.consent)
    .filter(
      ({ id, subject, photoSha256 }) =>
        id !== consent?.id &&
        subject.id === consent?.subject.id &&
        photoSha256.some((sha256) => consent.photoSha256.includes(sha256)),
    );
}

/** The log first: a crash in between leaves a line too many, never a revocation that the log does not know. */
async function note(
  consentId: string,
  { revokedBy, reason }: TakeBackOrder,
  { consents, audit }: TakeBackData,
  now: Date,
): Promise<Pick<TakenBack, "consentId" | "revokedAt" | "isNew"> & { readonly consent?: Consent }> {
  // A damaged record refuses to be read, and can be taken back all the same.
  const entry = await consents.get(consentId).catch(() => "damaged" as const);
  const consent = entry === "damaged" ? undefined : entry?.consent;
  const whose = consent === undefined ? {} : { consent };
  // The record may have been forgotten, its revocation never.
  const before = (await consents.revocations()).find((each) => each.consentId === consentId);
  if (before !== undefined) return { consentId, revokedAt: before.revokedAt, isNew: false, ...whose };
  if (entry === undefined) throw new UnderstudyError("unknown-consent", "There is no consent record of this id.");
  const revokedAt = now.toISOString();
  await audit.append({ kind: "consent-revoked", consentId }, now);
  const by = revokedBy ?? consent?.operator;
  await consents.revoke({
    consentId,
    revokedAt,
    ...(by === undefined ? {} : { revokedBy: by }),
    ...(reason === undefined ? {} : { reason }),
  });
  return { consentId, revokedAt, isNew: true, ...whose };
}
