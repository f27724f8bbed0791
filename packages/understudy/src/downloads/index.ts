export { checkInputAddress, fetchInput, inputError, type InputFile, type InputRules } from "./fetch-input.js";
