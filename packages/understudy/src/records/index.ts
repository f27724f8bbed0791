export { openDataFolder, type DataFolder } from "./data-folder.js";
export { createFileRenderRecords } from "./file-render-records.js";
export { dataFolderError, makePrivateFolder, writePrivateFile } from "./private-file.js";
export { identifyProcess, mayBeAlive } from "./process-identity.js";
export { withStagingFolder } from "./staging-folder.js";
export type {
  OutputFact,
  ProcessIdentity,
  PublishedObject,
  RenderEnd,
  RenderRecord,
  RenderRecords,
  RenderState,
} from "./render-records.js";
