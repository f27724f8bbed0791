import type { z } from "@hono/zod-openapi";
import { parseLabelWish, parsePlanFile, type LabelWish } from "@understudy/render";
import { stitchModeOf, type Config } from "#config/index.js";
import type {
  ConsentReference,
  InputReference,
  OrderedMember,
  OrderedPerson,
  RenderOrder,
} from "#renders/render-order.js";
import { safeName } from "#storage/name-result.js";
import type { forkSchema, newRenderSchema } from "./render-schemas.js";
import { forkedWords, wordsOfBody } from "./words-order.js";

/** The body of `POST /v1/renders`. */
export type NewRenderBody = z.infer<typeof newRenderSchema>;

/** The body of `POST /v1/renders/{id}/fork`. */
export type ForkBody = z.infer<typeof forkSchema>;

/**
 * What a request asks for, with the configuration's word where it says nothing.
 * @throws UnderstudyError `bad-plan`, `overlapping-segments`.
 */
export function orderOf(body: NewRenderBody, config: Config): RenderOrder {
  const [first, ...others] = castOf(body).map(memberOf);
  const costCapUsd = smallest(body.costCapUsd, config.cost.capUsd);
  return {
    ...first!,
    ...(others.length > 0 && { others }),
    source: referenceOf(body.source),
    ...(body.plan !== undefined && { swapRanges: parsePlanFile(body.plan) }),
    label: body.label === undefined ? parseLabelWish(config.label) : labelOf(body.label),
    stitch: body.stitch ?? stitchModeOf(config, "link"),
    allowMissingFace: body.allowMissingFace ?? false,
    ...wordsOfBody(body, config, referenceOf),
    // Not the source's own name: whoever gets the address of the result reads it, and file names often are people's.
    name: safeName(body.name ?? "video"),
    metadata: body.metadata ?? {},
    deadlineSeconds: body.deadlineSeconds ?? config.jobs.deadlineSeconds,
    ...(costCapUsd !== undefined && { costCapUsd }),
  };
}

/**
 * The order of a fork: the same person in the same video, with what `changes` says. A script is spoken in the voice of the first one.
 * A scenario that waits for the first one reads the brief's body; whoever else is named reads ours.
 * @throws UnderstudyError `bad-request` when the words of both do not go together.
 */
export function forkedOrder({ briefRecordId, ...order }: RenderOrder, changes: ForkBody, config: Config): RenderOrder {
  const { label, stitch, name, metadata, webhook } = changes;
  return {
    ...order,
    ...(briefRecordId !== undefined && webhook === undefined && { briefRecordId }),
    ...(label !== undefined && { label: labelOf(label) }),
    ...(stitch !== undefined && { stitch }),
    ...forkedWords(order, changes, config),
    ...(name !== undefined && { name: safeName(name) }),
    ...(metadata !== undefined && { metadata }),
  };
}

function referenceOf(input: NewRenderBody["source"]): InputReference {
  if ("url" in input) return { kind: "url", url: input.url };
  if ("uploadId" in input) return { kind: "upload", uploadId: input.uploadId };
  return { kind: "library", path: input.libraryPath };
}

type MemberBody = Pick<NewRenderBody, "consent" | "face" | "person">;

function castOf({ cast, face, person, consent }: NewRenderBody): readonly MemberBody[] {
  return cast ?? [{ face, person, consent }];
}

function memberOf({ face = [], person, consent }: MemberBody): OrderedMember {
  const faces = Array.isArray(face) ? face : [face];
  return {
    faces: faces.map(referenceOf),
    ...(person !== undefined && { person: personOf(person) }),
    consent: consentOf(consent),
  };
}

function personOf(person: NonNullable<NewRenderBody["person"]>): OrderedPerson {
  if (typeof person === "number") return { kind: "number", number: person };
  return typeof person === "string" ? { kind: person } : { kind: "photo", photo: referenceOf(person.photo) };
}

function labelOf(label: NonNullable<NewRenderBody["label"]>): LabelWish {
  return typeof label === "string" ? { kind: label } : { kind: "delegated", reason: label.delegated.trim() };
}

function consentOf(consent: NewRenderBody["consent"]): ConsentReference {
  if (consent === undefined) return { kind: "on-record" };
  if ("id" in consent) return { kind: "record", consentId: consent.id };
  return { kind: "attested", operator: consent.attestedBy.trim() };
}

/** A caller may lower the operator's cap, which is 0 where there is none, and not raise it. */
function smallest(wished: number | undefined, configured: number): number | undefined {
  const caps = [wished, configured === 0 ? undefined : configured].filter((cap) => cap !== undefined);
  return caps.length === 0 ? undefined : Math.min(...caps);
}
