import { mp4Exclusions } from "./mp4-embedding.js";
import type { SealedConsent, SealOrder } from "./provenance.js";
import { c2paActionOf, sourceIngredientId } from "./actions.js";

/** Label of our own assertion: which render made the file, and with whose permission. */
export const renderAssertionLabel = "org.understudy.render";

/** What the library is told to sign, as JSON. */
export interface ManifestDefinition {
  readonly manifest: string;
  /** The source video; absent when none was opened. */
  readonly ingredient?: string;
}

/** The hash that ties credentials to their file. */
export interface HardBinding {
  /** Every byte of a file beside which they lie, or what `mp4Exclusions` leaves of a film in which they lie. */
  readonly kind: "whole-file" | "mp4";
  /** 32 bytes. */
  readonly sha256: Uint8Array;
}

/**
 * Everything that the credentials say. No name, no file name, no photo and no hash of one is among it.
 * @param binding ties the credentials to the file; absent when the library does that by itself.
 */
export function manifestDefinitionOf(order: SealOrder, binding?: HardBinding): ManifestDefinition {
  const [name = "", version] = order.software.split(" ");
  const assertion = (label: string, data: unknown) => ({ label, data, created: true });
  const marks = order.actions.filter((action) => action.kind === "watermarked");
  const { renderId, consent, furtherConsents = [] } = order;
  const permissions = {
    consent: sealed(consent),
    ...(furtherConsents.length > 0 && { furtherConsents: furtherConsents.map(sealed) }),
  };
  return {
    manifest: JSON.stringify({
      claim_generator_info: [{ name: capitalised(name), ...(version !== undefined && { version }) }],
      format: order.mediaType,
      assertions: [
        assertion("c2pa.actions.v2", { actions: order.actions.map(c2paActionOf), allActionsIncluded: true }),
        ...marks.map(({ watermark: { algorithm, value } }) =>
          assertion("c2pa.soft-binding", { alg: algorithm, blocks: [{ scope: {}, value }], pad: "" }),
        ),
        assertion(renderAssertionLabel, { renderId, ...permissions }),
        ...(binding === undefined ? [] : [assertion(bindingLabels[binding.kind], bindingData(binding))]),
      ],
    }),
    ...(order.actions.some(({ kind }) => kind === "opened") && { ingredient: JSON.stringify(sourceVideo) }),
  };
}

/** Field by field: what is signed is never more than this. */
function sealed({ id, method, commitment }: SealedConsent): SealedConsent {
  return { id, method, commitment };
}

/** Its file name may say who is to be seen in it. */
const sourceVideo = {
  title: "source video",
  format: "video/mp4",
  relationship: "parentOf",
  label: sourceIngredientId,
};

const bindingLabels = { "whole-file": "c2pa.hash.data", mp4: "c2pa.hash.bmff.v3" } as const;

function bindingData({ kind, sha256 }: HardBinding): unknown {
  const common = { name: "content", alg: "sha256", hash: [...sha256] };
  return kind === "mp4" ? { ...common, exclusions: mp4Exclusions } : { ...common, pad: [] };
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
