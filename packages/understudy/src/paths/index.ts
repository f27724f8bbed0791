export { assertInputFile } from "./input-files.js";
export { registerLeftover, removeLeftovers } from "./leftovers.js";
export { assertOutputsFree, decideOutputs, outputPaths, type OutputFiles } from "./output-files.js";
export { withWorkFolder } from "./work-folder.js";
