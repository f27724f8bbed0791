export { openDataFolder, type DataFolder } from "./data-folder.js";
export { createFileRenderRecords } from "./file-render-records.js";
export { dataFolderError, makePrivateFolder, writePrivateFile } from "./private-file.js";
export { identifyProcess, isAlive } from "./process-identity.js";
export type {
  OutputFact,
  ProcessIdentity,
  RenderEnd,
  RenderRecord,
  RenderRecords,
  RenderState,
} from "./render-records.js";
