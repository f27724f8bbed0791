export { runCli } from "#cli/run-cli.js";
export type { CliIo, Output } from "#cli/io.js";
export { addressesOf } from "#config/addresses.js";
export {
  configSchema,
  loadConfig,
  stitchModeOf,
  type Config,
  type ConfigInput,
  type LoadedConfig,
} from "#config/index.js";
export { failureLineOf, manifestSummary, type ManifestSummary } from "#connectors/brief-end.js";
export { readBriefOrder, readRecipient, type BriefOrder, type BriefRecipient } from "#connectors/brief-input.js";
export {
  briefFields,
  briefStatuses,
  briefWebhookBody,
  formerBriefFields,
  type BriefEnd,
  type BriefWebhookBody,
} from "#connectors/brief-spellings.js";
export { checkInputAddress, fetchInput, inputError, type InputFile, type InputRules } from "#downloads/index.js";
export {
  identifyProcess,
  makePrivateFolder,
  openDataFolder,
  withStagingFolder,
  type DataFolder,
  type RenderRecord,
} from "#records/index.js";
export {
  decideJob,
  publishRender,
  runRender,
  withdrawRender,
  type RenderHost,
  type RenderJob,
} from "#rendering/index.js";
export { tidyUp } from "#retention/index.js";
export { openBucket, openResultStore, removeEmptyResults, type ResultPlace, type ResultStore } from "#storage/index.js";
export { createRemoteVoice, openVoiceEngine, type RemoteSpeech, type VoiceChoice } from "#voice/index.js";
export { localWiring, type Wiring } from "#wire.js";
export { readStanding, type StandingAttestation } from "#consent/standing-attestation.js";
