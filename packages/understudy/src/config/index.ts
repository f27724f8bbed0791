export { configSchema, isVoiceEngine, maxWorkers, type Config } from "./schema.js";
export { configFileName, loadConfig, type ConfigInput, type LoadedConfig } from "./load-config.js";
export { explainConfig, explanationInWords, type ExplainedSetting } from "./explain.js";
export { reservedVariables, settings, type Setting } from "./settings.js";
export { stitchModeOf } from "./stitch-mode.js";
export type { GivenValue } from "./layers.js";
