import type { SealOrder } from "./provenance.js";
import { c2paActionOf, sourceIngredientId } from "./actions.js";

/** Label of our own assertion: which render made the file, and with whose permission. */
export const renderAssertionLabel = "org.understudy.render";

/** What the library is told to sign, as JSON. */
export interface ManifestDefinition {
  readonly manifest: string;
  /** The source video; absent when none was opened. */
  readonly ingredient?: string;
}

/**
 * Everything that the credentials say. No name, no file name, no photo and no hash of one is among it.
 * @param wholeFileSha256 for a sidecar: the hash that binds it to the file, hex; else the library binds what it embeds.
 */
export function manifestDefinitionOf(order: SealOrder, wholeFileSha256?: string): ManifestDefinition {
  const [name = "", version] = order.software.split(" ");
  const assertion = (label: string, data: unknown) => ({ label, data, created: true });
  const marks = order.actions.filter((action) => action.kind === "watermarked");
  const { id, method, commitment } = order.consent;
  return {
    manifest: JSON.stringify({
      claim_generator_info: [{ name: capitalised(name), ...(version !== undefined && { version }) }],
      format: order.mediaType,
      assertions: [
        assertion("c2pa.actions.v2", { actions: order.actions.map(c2paActionOf), allActionsIncluded: true }),
        ...marks.map(({ watermark: { algorithm, value } }) =>
          assertion("c2pa.soft-binding", { alg: algorithm, blocks: [{ scope: {}, value }], pad: "" }),
        ),
        assertion(renderAssertionLabel, { renderId: order.renderId, consent: { id, method, commitment } }),
        ...(wholeFileSha256 === undefined ? [] : [assertion("c2pa.hash.data", wholeFile(wholeFileSha256))]),
      ],
    }),
    ...(order.actions.some(({ kind }) => kind === "opened") && { ingredient: JSON.stringify(sourceVideo) }),
  };
}

/** Its file name may say who is to be seen in it. */
const sourceVideo = {
  title: "source video",
  format: "video/mp4",
  relationship: "parentOf",
  label: sourceIngredientId,
};

function wholeFile(sha256: string): unknown {
  return { name: "whole file", alg: "sha256", hash: [...Buffer.from(sha256, "hex")], pad: [] };
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
