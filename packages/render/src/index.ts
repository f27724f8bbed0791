export * from "#model/consent.js";
export * from "#model/errors.js";
export type * from "#model/image.js";
export type * from "#model/manifest.js";
export type * from "#model/media.js";
export * from "#model/plan.js";
export * from "#model/request.js";
export * from "#model/run.js";

export { prepareRender, render } from "./pipeline.js";
export type { PreparedRender, RenderOutput, RenderServices } from "./pipeline.js";
export { createLocalServices } from "./local-services.js";

export { createDiskStore, removePartials } from "#deliver/disk-store.js";
export type { ObjectStore, StoreInput } from "#deliver/object-store.js";
export { attestationStatement, createFileConsentStore, newConsent } from "#intake/index.js";
export type { ConsentStore } from "#intake/index.js";
export {
  encodeJpeg,
  encodePng,
  grabFrames,
  hashFile,
  openVideoWriter,
  shrinkImage,
  writeJpeg,
  writePng,
} from "#media/index.js";
export type { GrabSettings, MediaIO, VideoWriter, VideoWriterSettings } from "#media/index.js";
export { parsePlanFile, parseSwapRanges, planRender } from "#plan/index.js";
export type { PlanInput } from "#plan/index.js";
