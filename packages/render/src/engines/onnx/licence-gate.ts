import { UnderstudyError } from "#model/errors.js";
import { whyNotCommercial } from "#model/licence.js";
import { filesOf, type SwapManifest, type SwapModelFile } from "./swap-manifest.js";

/**
 * Refuses a swap model that a commercial project may not use. Reads no file: a manifest says under what licence each of them is.
 * @throws UnderstudyError `weights-licence`, the message with the file and the reason.
 */
export function assertMayBeUsed(manifest: SwapManifest, isCommercial: boolean): void {
  if (!isCommercial) return;
  for (const file of filesOf(manifest)) {
    const reason = whyNot(file);
    if (reason === undefined) continue;
    throw new UnderstudyError(
      "weights-licence",
      `The ${file.role} of ${manifest.name} may not be used in a commercial project: its licence (${file.licence}) ${reason}.`,
    );
  }
}

/** What a licence's own words forbid is forbidden, whatever the manifest's switch says. */
function whyNot({ licence, commercialUse }: SwapModelFile): string | undefined {
  return whyNotCommercial(licence) ?? (commercialUse ? undefined : "allows no commercial use, as the manifest says");
}
