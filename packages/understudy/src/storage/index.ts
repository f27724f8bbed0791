export { resultFiles, resultFolder, type ResultFiles } from "./result-files.js";
