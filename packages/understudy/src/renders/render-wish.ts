import { assertNever, type CaptionWish, type SpeechWish } from "@understudy/render";
import type { Config } from "#config/index.js";
import type { MemberPermission } from "#consent/index.js";
import { wordsOf } from "./order-words.js";
import type { ConsentReference } from "./render-order.js";
import type { ObtainedInputs } from "./obtain-inputs.js";
import type { ServiceRender } from "./service-render.js";

/** What somebody asked of the service, as `decideJob` takes it; but the files, and whose they are. */
export function wishOf({ id, order }: ServiceRender, config: Config) {
  const { label } = order;
  const labelText = label.kind === "delegated" ? `delegated:${label.reason}` : label.kind;
  return {
    config: { ...config, stitch: order.stitch, label: labelText },
    renderId: id,
    allowMissingFace: order.allowMissingFace,
    ...(order.swapRanges !== undefined && { swapRanges: order.swapRanges }),
    consent: { mayRemember: true },
    replace: true,
  };
}

/**
 * What is spoken and shown as text, as `decideJob` takes it.
 * @throws UnderstudyError `artifact-missing` when the words were removed with the inputs.
 */
export function wordWishOf(
  { order }: Pick<ServiceRender, "order">,
  { samplePath }: Pick<ObtainedInputs, "samplePath">,
): { readonly speech?: SpeechWish; readonly captions?: CaptionWish } {
  const { speech, captions } = wordsOf(order);
  if (speech === undefined) return { ...(captions !== undefined && { captions }) };
  const { sample, ...said } = speech;
  const recorded =
    samplePath === undefined || sample === undefined ? {} : { sample: { path: samplePath, text: sample.text } };
  return { speech: { ...said, ...recorded }, ...(captions !== undefined && { captions }) };
}

/** On whose word a face is put in, as `resolveConsent` takes it. */
export function consentWishOf(consent: ConsentReference): MemberPermission {
  switch (consent.kind) {
    case "record":
      return { consentId: consent.consentId };
    case "attested":
      return { flag: `attested:${consent.operator}` };
    case "standing":
      return { standing: consent.attestation };
    case "on-record":
      return {};
    default:
      return assertNever(consent);
  }
}
