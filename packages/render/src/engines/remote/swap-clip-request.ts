import type { z } from "zod";
import { UnderstudyError, type ErrorCode } from "#model/errors.js";
import { firstIssue } from "#model/first-issue.js";
import type { PersonChoice } from "#model/person.js";
import type { SwapRange } from "#model/plan.js";
import { checkedReference, type ConsentReference } from "./consent-reference.js";
import { swapClipInputSchema, type SwapClipInput } from "./swap-contract.js";
import { withoutUndefined } from "./wire-values.js";

/** Who in a clip gets the face, with an address where a photo names them. */
export type PersonOrder =
  | Exclude<PersonChoice, { readonly kind: "photo" }>
  | { readonly kind: "photo"; readonly photoUrl: string };

/** A request as an engine works with it; see `swapClipInputSchema` for what the fields mean. */
export interface SwapClipOrder {
  readonly clipUrl: string;
  readonly clipSha256?: string;
  readonly faceUrl: string;
  /** Holds the photo's digest. */
  readonly consent: ConsentReference;
  /** Undefined: whoever's face is largest. */
  readonly person?: PersonOrder;
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
    person: input.person === undefined ? undefined : personOf(input.person),
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
  const input = {
    task: "swap-clip",
    version: 1,
    clip_url: order.clipUrl,
    clip_sha256: order.clipSha256,
    face_url: order.faceUrl,
    face_sha256: consent.photoSha256,
    consent: { id: consent.id, commitment: consent.commitment },
    person: order.person && writePerson(order.person),
    swap: order.swapRanges?.map((range) => ({ start_seconds: range.startSeconds, end_seconds: range.endSeconds })),
    allow_missing_face: order.allowMissingFace,
    profile: order.profile,
    seed: order.seed,
    prepared: order.prepared,
    output: withoutUndefined({ put_url: putUrl, timing }),
  };
  return swapClipInputSchema.parse(withoutUndefined(input));
}

function personOf(person: NonNullable<SwapClipInput["person"]>): PersonOrder {
  if (typeof person === "number") return { kind: "number", number: person };
  return typeof person === "string" ? { kind: person } : { kind: "photo", photoUrl: person.photo_url };
}

function writePerson(person: PersonOrder): SwapClipInput["person"] {
  if (person.kind === "photo") return { photo_url: person.photoUrl };
  return person.kind === "number" ? person.number : person.kind;
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
