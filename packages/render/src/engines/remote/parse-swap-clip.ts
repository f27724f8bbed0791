import type { z } from "zod";
import { UnderstudyError, type ErrorCode } from "#model/errors.js";
import type { QualityReport } from "#model/manifest.js";
import type { SwapRange } from "#model/plan.js";
import { checkedReference, type ConsentReference } from "./consent-reference.js";
import {
  swapClipInputSchema,
  swapClipOutputSchema,
  type SwapClipInput,
  type SwapClipOutput,
} from "./swap-contract.js";
import type { SwappedClip } from "./swapped-clip.js";

/** A request as an engine works with it; see `swapClipInputSchema` for what the fields mean. */
export interface SwapClipOrder {
  readonly clipUrl: string;
  readonly clipSha256?: string;
  readonly faceUrl: string;
  /** Holds the photo's digest. */
  readonly consent: ConsentReference;
  /** Ascending and disjoint; undefined means the whole clip. */
  readonly swapRanges?: readonly SwapRange[];
  readonly allowMissingFace: boolean;
  readonly profile: "best" | "economy";
  readonly seed?: number;
  readonly prepared?: { readonly url: string; readonly sha256: string };
  /** Where the clip is PUT; undefined means the engine's own store. */
  readonly putUrl?: string;
  readonly timing: "same" | "own";
}

/**
 * Reads a request. Messages name fields and never their values.
 * @throws UnderstudyError `consent-required` without a usable reference to a consent, `bad-plan` for the swap ranges,
 * `bad-usage` for the rest.
 */
export function parseSwapClipInput(value: unknown): SwapClipOrder {
  const parsed = swapClipInputSchema.safeParse(value);
  if (!parsed.success) throw badInput(parsed.error);
  const input = parsed.data;
  const { id, commitment } = input.consent;
  return withoutUndefined({
    clipUrl: input.clip_url,
    clipSha256: input.clip_sha256,
    faceUrl: input.face_url,
    consent: checkedReference({ id, commitment, photoSha256: input.face_sha256 }),
    swapRanges: input.swap?.map((range) => ({ startSeconds: range.start_seconds, endSeconds: range.end_seconds })),
    allowMissingFace: input.allow_missing_face ?? false,
    profile: input.profile ?? "best",
    seed: input.seed,
    prepared: input.prepared,
    putUrl: input.output?.put_url,
    timing: input.output?.timing ?? "same",
  });
}

/** Spells a request for the wire. */
export function writeSwapClipInput(order: SwapClipOrder): SwapClipInput {
  const { consent, putUrl, timing } = order;
  return swapClipInputSchema.parse({
    task: "swap-clip",
    version: 1,
    clip_url: order.clipUrl,
    clip_sha256: order.clipSha256,
    face_url: order.faceUrl,
    face_sha256: consent.photoSha256,
    consent: { id: consent.id, commitment: consent.commitment },
    swap: order.swapRanges?.map((range) => ({ start_seconds: range.startSeconds, end_seconds: range.endSeconds })),
    allow_missing_face: order.allowMissingFace,
    profile: order.profile,
    seed: order.seed,
    prepared: order.prepared,
    output: { put_url: putUrl, timing },
  });
}

/** An answer as whoever asked works with it. */
export interface RemoteClip extends SwappedClip {
  /** Where the clip can be fetched; absent when the request said where to put it. */
  readonly clipUrl?: string;
}

/**
 * Reads an engine's answer.
 * @throws UnderstudyError `internal-error` with the first field that is not as the contract says.
 */
export function parseSwapClipOutput(value: unknown): RemoteClip {
  const parsed = swapClipOutputSchema.safeParse(value);
  if (!parsed.success) {
    const message = `The engine's answer is not valid at ${firstIssue(parsed.error)}.`;
    throw new UnderstudyError("internal-error", message, { hint: "Update the engine: it must speak swap-clip version 1." });
  }
  const output = parsed.data;
  return withoutUndefined({
    clipUrl: output.clip_url,
    sha256: output.sha256,
    byteLength: output.byte_length,
    frameCount: output.frames,
    framesSwapped: output.frames_swapped,
    framesWithoutFace: output.frames_without_face,
    frameRate: output.fps,
    widthPixels: output.width,
    heightPixels: output.height,
    engine: output.engine,
    seconds: output.seconds,
    device: output.device,
    notes: output.notes ?? [],
    quality: output.quality && (respell(output.quality, toCamelCase) as unknown as QualityReport),
  });
}

/** Spells an answer for the wire. @param clipUrl where the clip can be fetched; left out when the request named a place. */
export function writeSwapClipOutput(clip: SwappedClip, clipUrl?: string): SwapClipOutput {
  return swapClipOutputSchema.parse({
    version: 1,
    clip_url: clipUrl,
    sha256: clip.sha256,
    byte_length: clip.byteLength,
    frames: clip.frameCount,
    frames_swapped: clip.framesSwapped,
    frames_without_face: clip.framesWithoutFace,
    fps: clip.frameRate,
    width: clip.widthPixels,
    height: clip.heightPixels,
    engine: clip.engine,
    seconds: clip.seconds,
    device: clip.device,
    notes: clip.notes,
    quality: clip.quality && respell(clip.quality, toSnakeCase),
  });
}

function badInput(error: z.ZodError): UnderstudyError {
  const field = error.issues[0]?.path[0];
  const [code, hint] = remedyFor(field);
  return new UnderstudyError(code, `The swap-clip request is not valid at ${firstIssue(error)}.`, { hint });
}

function remedyFor(field: PropertyKey | undefined): [ErrorCode, string] {
  if (field === "consent" || field === "face_sha256") {
    const hint = "Send the id and commitment of the consent record, and the SHA-256 of the photo that it covers.";
    return ["consent-required", hint];
  }
  if (field === "swap") return ["bad-plan", 'Ranges look like this: "swap": [{"start_seconds": 0, "end_seconds": 5}].'];
  return ["bad-usage", "Send a request as swap-clip version 1 describes it."];
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join(".") || "its top"}: ${issue?.message}`;
}

const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const toCamelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function respell(value: object, spell: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [spell(name), member]));
}

/** An optional member without a value is absent. */
type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function withoutUndefined<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>;
}
