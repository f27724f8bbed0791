import { assertNever, UnderstudyError } from "@understudy/render";
import { resolveConsent } from "#consent/index.js";
import { checkInputAddress, type InputKind } from "#downloads/index.js";
import type { MakeRenderServices } from "./making.js";
import { libraryKey } from "./render-keys.js";
import { assertWords } from "./order-words.js";
import { membersOf, type InputReference, type OrderedMember, type RenderOrder } from "./render-order.js";
import { consentWishOf } from "./render-wish.js";

/** An input with the field of the request that names it. */
interface NamedInput {
  readonly field: string;
  readonly kind: InputKind;
  readonly reference: InputReference;
}

/** What an order is checked with. */
export type CheckServices = Pick<MakeRenderServices, "artifacts" | "config" | "dataOf" | "now" | "uploads">;

/** Longest wait for name servers, milliseconds; the caller waits for the answer. */
const namesMs = 2000;

/**
 * Refuses addresses that may not be asked, before anybody waits for the render. A name that leads nowhere at this moment may do so
 * when a runner looks again.
 * @throws UnderstudyError `download-refused`; the signal's reason when the caller went away.
 */
export async function assertAddresses(
  order: RenderOrder,
  { policy }: Pick<MakeRenderServices, "policy">,
  callerSignal: AbortSignal,
): Promise<void> {
  const late = new UnderstudyError("download-failed", "The name servers took too long.");
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(late), namesMs);
  const signal = AbortSignal.any([callerSignal, patience.signal]);
  const check = async ({ field, reference }: NamedInput): Promise<void> => {
    if (reference.kind !== "url") return;
    await checkInputAddress(field, reference.url, { policy, signal }).catch((thrown: unknown) => {
      if (!(thrown instanceof UnderstudyError && thrown.code === "download-failed")) throw thrown;
    });
  };
  await Promise.all(inputsOf(order).map(check)).finally(() => clearTimeout(timer));
}

/**
 * Refuses a render whose files are not there, or whose photos nobody agreed to, before anybody waits for it. Of photos behind
 * addresses and in tables the hashes are not known yet; the runner decides about these. So does it about what the script is
 * spoken over.
 * @throws UnderstudyError `not-found`, `upload-conflict`, `upload-broken`, `bad-request`, and what `resolveConsent()` and
 * `assertWords()` say.
 */
export async function assertMayBegin(order: RenderOrder, ownerId: string, services: CheckServices): Promise<void> {
  assertWords(order);
  const members: { readonly member: NamedMember; readonly photoSha256: readonly string[] }[] = [];
  const look = (input: NamedInput) => sha256Of(input, ownerId, services);
  await look(sourceOf(order));
  for (const sample of samplesOf(order)) await look(sample);
  for (const member of namedMembers(order)) {
    for (const reference of referencesOf(member)) await look(reference);
    const hashes: (string | undefined)[] = [];
    for (const face of facesOf(member)) hashes.push(await look(face));
    members.push({ member, photoSha256: hashes.filter((sha256) => sha256 !== undefined) });
  }
  for (const { member, photoSha256 } of members) await assertAgreed(member, photoSha256, ownerId, services);
}

/** A person of an order, and how the request names what belongs to them: nothing where there is one person. */
interface NamedMember extends OrderedMember {
  readonly prefix: string;
}

function inputsOf(order: RenderOrder): readonly NamedInput[] {
  const photos = namedMembers(order).flatMap((member) => [...referencesOf(member), ...facesOf(member)]);
  return [sourceOf(order), ...samplesOf(order), ...photos];
}

function namedMembers(order: RenderOrder): readonly NamedMember[] {
  const members = membersOf(order);
  return members.map((member, i) => ({ ...member, prefix: members.length === 1 ? "" : `cast.${i}.` }));
}

function sourceOf({ source }: RenderOrder): NamedInput {
  return { field: "source", kind: "video", reference: source };
}

function samplesOf({ speech }: RenderOrder): NamedInput[] {
  if (speech?.sample === undefined) return [];
  return [{ field: "voice.sample", kind: "audio", reference: speech.sample.recording }];
}

function facesOf({ prefix, faces }: NamedMember): NamedInput[] {
  return faces.map((reference, i) => {
    return { field: faces.length === 1 ? `${prefix}face` : `${prefix}face.${i}`, kind: "image", reference };
  });
}

function referencesOf({ prefix, person }: NamedMember): NamedInput[] {
  if (person?.kind !== "photo") return [];
  return [{ field: `${prefix}person.photo`, kind: "image", reference: person.photo }];
}

/** Looks whether an input is there. @returns its hash where that is known. */
async function sha256Of(
  { field, kind, reference }: NamedInput,
  ownerId: string,
  { artifacts, uploads }: CheckServices,
): Promise<string | undefined> {
  switch (reference.kind) {
    case "airtable":
    case "url":
      return undefined;
    case "library":
      if ((await artifacts.byteLength(libraryKey(ownerId, reference))) !== undefined) return undefined;
      throw new UnderstudyError("not-found", `${field}: There is no file of this path in your library.`);
    case "upload": {
      const upload = await uploads.get(ownerId, reference.uploadId);
      if (upload === undefined) throw new UnderstudyError("not-found", `${field}: There is no upload of this id.`);
      const { state, mediaType, sha256 } = upload;
      if (state === "open") throw new UnderstudyError("upload-conflict", `${field}: The upload is not whole yet.`);
      if (state === "broken") throw new UnderstudyError("upload-broken", `${field}: The upload is broken.`);
      if (mediaType?.startsWith(`${kind}/`) === false) {
        throw new UnderstudyError("bad-request", `${field}: The upload is ${mediaType}, and not ${kind}.`);
      }
      return sha256;
    }
    default:
      return assertNever(reference);
  }
}

/** Nothing is written: the runner decides again, about the photos as they are then. */
async function assertAgreed(
  { consent, prefix }: NamedMember,
  photoSha256: readonly string[],
  ownerId: string,
  { config, dataOf, now }: CheckServices,
): Promise<void> {
  if (photoSha256.length === 0 && consent.kind !== "record") return;
  const wish = { ...consentWishOf(consent), photoSha256, policy: config.consent, mayRemember: false };
  try {
    await resolveConsent(wish, dataOf(ownerId), { cwd: "/", now });
  } catch (thrown) {
    if (!(thrown instanceof UnderstudyError)) throw thrown;
    const message = prefix === "" ? thrown.message : `${prefix}consent: ${thrown.message}`;
    if (consent.kind === "standing" || thrown.code !== "consent-required") {
      throw new UnderstudyError(thrown.code, message, { hint: thrown.hint, cause: thrown });
    }
    throw new UnderstudyError("consent-required", message, {
      hint: 'Name a record: "consent": {"id": ...} (POST /v1/consents makes one), or give your word: {"attestedBy": NAME}.',
      cause: thrown,
    });
  }
}
