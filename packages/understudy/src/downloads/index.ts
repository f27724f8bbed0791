export {
  checkInputAddress,
  fetchInput,
  inputError,
  type InputFile,
  type InputKind,
  type InputRules,
} from "./fetch-input.js";
export { isRecording, recordingsInWords } from "./recordings.js";
