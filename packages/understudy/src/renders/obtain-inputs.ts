import { join } from "node:path";
import { assertNever, hashFile, UnderstudyError } from "@understudy/render";
import type { UploadList } from "#uploads/upload-list.js";
import type { InputKind } from "#downloads/index.js";
import { fetchReference, type ReferenceServices } from "./fetch-reference.js";
import type { CastWish } from "#rendering/index.js";
import { membersOf, type InputReference, type OrderedMember } from "./render-order.js";
import { renderKeys } from "./render-keys.js";
import { consentWishOf } from "./render-wish.js";
import type { ServiceRender } from "./service-render.js";

/** What inputs are brought with. */
export interface InputServices extends ReferenceServices {
  readonly uploads: UploadList;
}

/** Files of this machine that a render is made from. */
export interface ObtainedInputs {
  readonly sourcePath: string;
  /** Who in the video gets whose face, in the order of the request. */
  readonly cast: readonly [CastWish, ...CastWish[]];
  /** A recording of the voice that the script is spoken in; undefined: the engine's own. */
  readonly samplePath?: string;
}

/**
 * Brings the inputs of a render to this machine, photos and the voice first: without consent the video is not fetched in vain, so whoever decides
 * about it is asked in between. What was not uploaded here is kept: every later life of the render, and every fork, sees the same
 * bytes.
 * @param decide is given the paths of photos and voice before the video is there.
 */
export async function obtainInputs<T>(
  render: Pick<ServiceRender, "id" | "ownerId" | "order" | "forkedFrom">,
  folder: string,
  services: InputServices,
  context: { readonly signal: AbortSignal; readonly onShare: (share: number) => void },
  decide: (inputs: ObtainedInputs) => Promise<T>,
): Promise<T> {
  const { order } = render;
  const bring = (name: string, kind: InputKind, reference: InputReference) =>
    bringOne({ name, kind, reference, path: join(folder, name) }, render, services, context);
  const [first, ...others] = membersOf(order);
  const cast: [CastWish, ...CastWish[]] = [await bringPhotos(first, "", bring)];
  for (const [number, member] of others.entries()) {
    cast.push(await bringPhotos(member, `person-${number + 2}-`, bring));
  }
  const recording = order.speech?.sample?.recording;
  const sample = recording && { samplePath: await bring("voice-sample", "audio", recording) };
  const decided = await decide({ cast, ...sample, sourcePath: join(folder, "source") });
  await bring("source", "video", order.source);
  return decided;
}

/** @param prefix of the files' names: each person's photos lie side by side. */
async function bringPhotos(
  { faces: [first, ...more], person = { kind: "largest" }, consent }: OrderedMember,
  prefix: string,
  bring: (name: string, kind: "image", reference: InputReference) => Promise<string>,
): Promise<CastWish> {
  if (first === undefined) throw new UnderstudyError("bad-request", "The render names no photo.");
  const facePaths: [string, ...string[]] = [await bring(`${prefix}face-1`, "image", first)];
  for (const [number, reference] of more.entries()) {
    facePaths.push(await bring(`${prefix}face-${number + 2}`, "image", reference));
  }
  const permission = consentWishOf(consent);
  if (person.kind !== "photo") return { person, facePaths, permission };
  const path = await bring(`${prefix}reference`, "image", person.photo);
  return { person: { kind: "photo", path }, facePaths, permission };
}

interface WantedInput {
  readonly name: string;
  readonly kind: InputKind;
  readonly reference: InputReference;
  readonly path: string;
}

async function bringOne(
  { name, kind, reference, path }: WantedInput,
  { id, ownerId, forkedFrom }: Pick<ServiceRender, "id" | "ownerId" | "forkedFrom">,
  services: InputServices,
  context: { readonly signal: AbortSignal; readonly onShare: (share: number) => void },
): Promise<string> {
  const { artifacts, uploads, maxInputBytes: maxBytes } = services;
  const { signal } = context;
  switch (reference.kind) {
    case "upload": {
      const upload = await uploads.get(ownerId, reference.uploadId);
      if (upload?.state !== "whole" || upload.sha256 === undefined) {
        throw new UnderstudyError("artifact-missing", `The upload of ${name} is not kept any more, or is not whole.`);
      }
      await artifacts.fetch(uploads.artifactKey(upload), path, { sha256: upload.sha256 }, signal);
      return path;
    }
    case "airtable":
    case "library":
    case "url": {
      const ownKey = renderKeys.input(id, name);
      if (await isBrought(artifacts.fetch(ownKey, path, {}, signal))) return path;
      const parentKey = forkedFrom === undefined ? undefined : renderKeys.input(forkedFrom, name);
      if (parentKey === undefined || !(await isBrought(artifacts.fetch(parentKey, path, {}, signal)))) {
        await fetchReference(reference, { field: name, kind, path, ownerId }, services, context);
      }
      const { sha256, byteLength } = await hashFile(path, { maxBytes, signal });
      const mediaType = kind === "video" ? "video/mp4" : "application/octet-stream";
      await artifacts.put(ownKey, { path, sha256, byteLength, mediaType }, signal);
      return path;
    }
    default:
      return assertNever(reference);
  }
}

/** What is kept of another render may go away at any moment. */
async function isBrought(fetching: Promise<void>): Promise<boolean> {
  try {
    await fetching;
    return true;
  } catch (thrown) {
    if (thrown instanceof UnderstudyError && thrown.code === "artifact-missing") return false;
    throw thrown;
  }
}
