import type { Config } from "#config/index.js";
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
    consent: { ...consentOf(order.consent), mayRemember: true },
    replace: true,
  };
}

function consentOf(consent: ConsentReference): { readonly consentId?: string; readonly flag?: string } {
  if (consent.kind === "record") return { consentId: consent.consentId };
  return consent.kind === "attested" ? { flag: `attested:${consent.operator}` } : {};
}
