import { join } from "node:path";
import { watermarkAlgorithm, watermarkIdOf } from "#marks/index.js";
import { consentCommitment } from "#model/consent.js";
import type { SpeechReport } from "#model/manifest.js";
import type { ProvenanceAction } from "#model/provenance.js";
import type { CastMember } from "#model/person.js";
import type { RenderRequest } from "#model/request.js";
import type { SealedConsent, SealOrder } from "#seal/index.js";
import type { PreparedRender } from "./pipeline.js";

/** What the Content Credentials of a finished video say: what was done, in order, and to whom it leads back. Pure. */
export function sealOrderFor(facts: {
  request: RenderRequest;
  prepared: Pick<PreparedRender, "source" | "plan">;
  /** What is spoken in it, by a machine. */
  speech?: Pick<SpeechReport, "passages">;
  software: string;
  /** The stitched video. */
  path: string;
  workFolder: string;
}): SealOrder {
  const { request, prepared, software, path, workFolder } = facts;
  const { source, plan } = prepared;
  const [first, ...others] = request.cast;
  const replaced: ProvenanceAction[] = plan.segments
    .filter(({ treatment }) => treatment === "swap")
    .map(({ startSeconds, endSeconds }) => ({ kind: "face-replaced", startSeconds, endSeconds }));
  const spoken: ProvenanceAction[] = (facts.speech?.passages ?? []).map(({ startSeconds, endSeconds }) => {
    return { kind: "voice-synthesised", startSeconds, endSeconds };
  });
  return {
    path,
    outputPath: join(workFolder, "sealed.mp4"),
    sidecarPath: join(workFolder, "sealed.c2pa"),
    mediaType: "video/mp4",
    source: { path: source.path },
    actions: [
      { kind: "opened" },
      ...replaced,
      ...spoken,
      { kind: "transcoded" },
      { kind: "watermarked", watermark: { algorithm: watermarkAlgorithm, value: watermarkIdOf(request.renderId) } },
    ],
    renderId: request.renderId,
    consent: sealedConsentOf(first),
    furtherConsents: others.map(sealedConsentOf),
    software,
  };
}

/** What the credentials of a picture out of that video say. The watermark of one frame cannot be read, so it is not claimed; nor is
 * what is only heard. Pure. */
export function stillSealOrderFor(video: SealOrder, path: string): SealOrder {
  const { actions, renderId, consent, furtherConsents = [], software } = video;
  return {
    path,
    outputPath: `${path}.sealed`,
    sidecarPath: `${path}.c2pa`,
    mediaType: "image/jpeg",
    actions: actions.filter(({ kind }) => kind !== "watermarked" && kind !== "voice-synthesised"),
    renderId,
    consent,
    furtherConsents,
    software,
  };
}

function sealedConsentOf({ consent }: CastMember): SealedConsent {
  const { id, method } = consent;
  return { id, method, commitment: consentCommitment(consent) };
}
