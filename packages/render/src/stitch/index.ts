export { stitch, type ClipPlace, type StitchInput, type StitchOutcome } from "./stitch.js";
export { verifyOutput, type VerifyInput } from "./verify.js";
