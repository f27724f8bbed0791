import type { ErrorCode, Manifest } from "@understudy/render";
import type { ServiceRender } from "#renders/service-render.js";
import type { BriefEnd } from "./brief-spellings.js";

/** The least of a manifest; the whole one lies beside the video. */
export interface ManifestSummary {
  readonly render_id: string;
  /** Of the video, lower-case hex. */
  readonly sha256: string;
  readonly byte_length: number;
  readonly frames: number;
  readonly frames_swapped: number;
  readonly frames_without_face: number;
}

/** How a render that has ended did so, as a scenario is told. @param publicUrl of the service, without a slash at its end. */
export function briefEndOf(
  { state, files, error, outputsRemovedAt }: Pick<ServiceRender, "state" | "files" | "error" | "outputsRemovedAt">,
  publicUrl: string,
): BriefEnd {
  if (state !== "finished") return { errorMessage: failureLineOf(error ?? wasCancelled) };
  const [video] = files ?? [];
  return { outputUrl: video === undefined || outputsRemovedAt !== undefined ? "" : `${publicUrl}${video.path}` };
}

/** A failure as a scenario reads it: `code: message`, one line. */
export function failureLineOf({ code, message }: { readonly code: ErrorCode; readonly message: string }): string {
  return `${code}: ${message.replaceAll(/\s+/g, " ").trim()}`;
}

/** What a job's own answer tells of the manifest. */
export function manifestSummary({ renderId, artifacts, frames }: Manifest): ManifestSummary {
  const video = artifacts.find(({ mediaType }) => mediaType === "video/mp4");
  return {
    render_id: renderId,
    sha256: video!.sha256,
    byte_length: video!.byteLength,
    frames: frames.total,
    frames_swapped: frames.swapped,
    frames_without_face: frames.withoutFace,
  };
}

const wasCancelled = { code: "cancelled", message: "The job was cancelled before it was done." } as const;
