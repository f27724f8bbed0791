export { runCli } from "#cli/run-cli.js";
export type { CliIo, Output } from "#cli/io.js";
export { configSchema, loadConfig, type Config, type ConfigInput, type LoadedConfig } from "#config/index.js";
