export * from "#model/captions.js";
export * from "#model/consent.js";
export * from "#model/engine-name.js";
export * from "#model/errors.js";
export type * from "#model/image.js";
export type * from "#model/manifest.js";
export type * from "#model/media.js";
export * from "#model/person.js";
export * from "#model/plan.js";
export type * from "#model/provenance.js";
export * from "#model/request.js";
export * from "#model/run.js";
export type * from "#model/speech.js";

export { isRenderId, newRenderId } from "#model/render-id.js";

export { analyseVideo } from "./analyse-video.js";
export type { AnalyseVideoRequest, AnalyseVideoServices, PersonInVideo, VideoAnalysis } from "./analyse-video.js";
export { prepareRender, render } from "./pipeline.js";
export type { PreparedRender, PrepareServices, RenderOutput, RenderServices } from "./pipeline.js";
export type { WorkAhead } from "./work-ahead.js";
export { swapClip, type SwapClipRequest, type SwapClipServices } from "./swap-clip.js";
export * from "#captions/index.js";
export * from "#speech/index.js";
export { resampleSound } from "#sound/index.js";
export * from "#engines/remote/index.js";
export { createLocalServices, createPrepareServices, type LocalServices } from "./local-services.js";
export * from "#marks/index.js";
export * from "#seal/index.js";

export { createDiskStore, removePartials } from "#deliver/disk-store.js";
export type { ObjectStore, StoreInput } from "#deliver/object-store.js";
export {
  attestationStatement,
  checkRecording,
  createFileConsentStore,
  defaultUse,
  newConsent,
  personStatement,
  spokenStatement,
} from "#intake/index.js";
export type {
  ConsentEntry,
  ConsentStore,
  FaceMatch,
  NewConsent,
  RecordingInput,
  Revocation,
  StatementFacts,
} from "#intake/index.js";
export {
  encodeJpeg,
  encodePng,
  grabFrames,
  hashFile,
  openVideoWriter,
  readPhoto,
  shrinkImage,
  writeJpeg,
  writePng,
} from "#media/index.js";
export { createMediaIo, mediaChoices, type MediaChoice } from "#media/create-media-io.js";
export { createNodeAvIo } from "#media/node-av/node-av-io.js";
export type { GrabSettings, MediaIO, VideoWriter, VideoWriterSettings } from "#media/index.js";
export { parseLabelWish, parsePlanFile, parseSwapRanges, planRender } from "#plan/index.js";
export type { PlanInput } from "#plan/index.js";
export { checkEngine, type EngineCheck } from "#engines/check-engine.js";
export { createDiskTemplates } from "#templates/disk-templates.js";
export { templateName, type TemplateName, type TemplateStore } from "#templates/template-store.js";
