export type { ArtifactStore, LinkPresentation } from "./artifact-store.js";
export type { Bucket } from "./bucket.js";
export { removeEmptyResults } from "./disk-results.js";
export { openArtifacts } from "./open-artifacts.js";
export { openBucket, openResultStore, type ResultWorld } from "./open-result-store.js";
export { resultFiles, resultFolder, type ResultFiles } from "./result-files.js";
export type { ResultPlace, ResultStore } from "./result-store.js";
