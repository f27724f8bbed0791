import { assertNever } from "@understudy/render";
import type { Config } from "#config/index.js";
import type { MemberPermission } from "#consent/index.js";
import type { ConsentReference } from "./render-order.js";
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
