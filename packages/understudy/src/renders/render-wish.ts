import { assertNever } from "@understudy/render";
import type { Config } from "#config/index.js";
import type { CastConsentWish, ConsentWish } from "#consent/index.js";
import type { ConsentReference } from "./render-order.js";
import type { ServiceRender } from "./service-render.js";

/** What somebody asked of the service, as `decideJob` takes it; but the files. */
export function wishOf({ id, order }: ServiceRender, config: Config) {
  const { label } = order;
  const labelText = label.kind === "delegated" ? `delegated:${label.reason}` : label.kind;
  return {
    config: { ...config, stitch: order.stitch, label: labelText },
    renderId: id,
    allowMissingFace: order.allowMissingFace,
    ...(order.swapRanges !== undefined && { swapRanges: order.swapRanges }),
    consent: { ...castConsentOf(order.consent), mayRemember: true },
    replace: true,
  };
}

function castConsentOf(consent: ConsentReference): Omit<CastConsentWish, "policy" | "mayRemember"> {
  const { flag, ...wish } = consentWishOf(consent);
  return flag === undefined ? wish : { ...wish, flags: [flag] };
}

/** On whose word a render rests, as `resolveConsent` takes it. */
export function consentWishOf(consent: ConsentReference): Pick<ConsentWish, "consentId" | "flag" | "standing"> {
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
