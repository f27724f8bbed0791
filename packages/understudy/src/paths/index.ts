export { assertInputFile } from "./input-files.js";
export { registerLeftover, removeLeftovers } from "./leftovers.js";
export {
  assertOutputsFree,
  assertPathsFree,
  captionPathsFor,
  decideOutputs,
  outputPaths,
  type CaptionPaths,
  type OutputFiles,
} from "./output-files.js";
export { readJsonFile } from "./read-json-file.js";
export { readSmallFile } from "./read-small-file.js";
export { chooseWorkFolder, withWorkFolder } from "./work-folder.js";
export { writeWhole } from "./write-whole.js";
