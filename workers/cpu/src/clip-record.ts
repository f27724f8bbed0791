import { newRenderId, watermarkIdOf, type SwapClipOrder, type SwappedClip } from "@understudy/render";
import { identifyProcess, type RenderRecord, type ResultPlace } from "@understudy/understudy";
import type { Workshop } from "./workshop.js";

/** A clip on its way into this worker's store. */
interface KeptClip {
  readonly order: SwapClipOrder;
  readonly clip: SwappedClip;
  readonly place: ResultPlace;
  readonly folder: string;
}

/**
 * Notes a clip like a finished render, so that it is erased and expires like one: `understudy erase --subject CONSENT_ID`. The
 * consent's record is elsewhere, and with it the person's id; one derived from the consent stands in for it.
 * @returns the record's id.
 */
export async function noteClip(
  { order, clip, place, folder }: KeptClip,
  { data, now }: Pick<Workshop, "data" | "now">,
): Promise<string> {
  const { consent } = order;
  const { sha256, byteLength } = clip;
  const { outputs, objects } = place;
  const renderId = newRenderId();
  const output = { path: outputs.video, sha256, byteLength };
  const record: RenderRecord = {
    version: 1,
    renderId,
    people: [
      {
        consentId: consent.id,
        subjectId: consent.id.replace(/^consent_/, "subject_"),
        faces: [{ path: `${folder}/face_url`, sha256: consent.photoSha256 }],
      },
    ],
    watermarkId: watermarkIdOf(renderId),
    label: { kind: "delegated", reason: "the pipeline that asked for the clip labels it" },
    state: "started",
    startedAt: now().toISOString(),
    process: identifyProcess(),
    workFolder: folder,
    outputFolder: outputs.folder,
    outputPaths: [outputs.video],
    source: { path: `${folder}/clip_url` },
    outputs: [],
    ...(objects.length > 0 && { published: objects }),
  };
  await data.renders.start(record);
  await data.renders.end(renderId, { state: "finished", outputs: [output] }, now());
  return renderId;
}
