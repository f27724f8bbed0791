export { importKeys, type BoughtKeys } from "./keys/import-keys.js";
export type { KeyFiles } from "./keys/key-files.js";
export { anchorsFolderOf, readAnchors, readKeys, writeKeys } from "./keys/key-folder.js";
export { makeKeys } from "./keys/make-keys.js";
export { maxEmbeddedBytes, maxReadBytes } from "./limits.js";
export { readMediaType, type ReadableType } from "./media-type.js";
export { openProvenance } from "./open-provenance.js";
export type * from "./provenance.js";
