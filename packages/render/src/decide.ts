import type { FaceReferenceFacts } from "#engines/face-engine.js";
import { probeSource, type MediaIO } from "#media/index.js";
import { UnderstudyError } from "#model/errors.js";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { RenderPlan } from "#model/plan.js";
import type { RenderRequest } from "#model/request.js";
import type { Run } from "#model/run.js";
import { planRender } from "#plan/index.js";
import type { FaceThreads } from "#swap/index.js";

/** What is decided before anything is touched; plain values. */
export interface Decided {
  readonly source: SourceMedia;
  readonly index: FrameIndex;
  readonly plan: RenderPlan;
  /** What the gate measured on the photo that is drawn. */
  readonly faceFacts: FaceReferenceFacts;
}

/** What is decided about. */
export interface Decision extends Pick<RenderRequest, "sourcePath" | "swapRanges" | "stitch" | "label" | "limits"> {
  /** When given, a source of other bytes is refused; lower-case hex. */
  readonly sourceSha256?: string;
}

/** What deciding works with. */
export interface DecideTools {
  readonly threads: FaceThreads;
  /** Photos that the threads read. */
  readonly faceCount: number;
  /** Whether threads load as soon as it is known how many have work. */
  readonly warm?: boolean;
}

/**
 * Intake and plan. The gate works in its thread while the video is probed here.
 * @throws UnderstudyError every code of the gate, of probing and of planning.
 */
export async function decide(
  request: Decision,
  { threads, faceCount, warm }: DecideTools,
  run: Run,
  io: MediaIO,
): Promise<Decided> {
  const total = faceCount + 1;
  run.progress({ stage: "intake", done: 0, total, unit: "files" });
  const failed = new AbortController();
  const signal = AbortSignal.any([run.signal, failed.signal]);
  const gate = run.step("gate", () => threads.checkFaces(signal));
  const probe = run.step("probe", () => probeSource(io, request.sourcePath, request.limits, signal));
  try {
    const planned = probe.then(({ source, index }) => {
      assertBytes(source, request.sourceSha256);
      const plan = planRender({
        index,
        stitch: request.stitch,
        label: request.label,
        ...(request.swapRanges === undefined ? {} : { swapRanges: request.swapRanges }),
      });
      if (warm) threads.warm(plan.regions.length);
      return { source, index, plan };
    });
    const [faceFacts, { source, index, plan }] = await Promise.all([gate, planned]);
    run.progress({ stage: "intake", done: total, total, unit: "files" });
    return { source, index, plan, faceFacts };
  } catch (thrown) {
    failed.abort(thrown);
    await Promise.allSettled([gate, probe]);
    throw thrown;
  }
}

function assertBytes({ sha256 }: SourceMedia, expectedSha256: string | undefined): void {
  if (expectedSha256 === undefined || sha256 === expectedSha256) return;
  throw new UnderstudyError("unreadable-media", "The video's bytes are not the ones that were announced.", {
    hint: "Send the video again, with the SHA-256 of these very bytes.",
  });
}
