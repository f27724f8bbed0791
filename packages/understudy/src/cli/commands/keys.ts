import { readKeys } from "@understudy/render";
import type { Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { printableLine } from "#cli/printable.js";
import { loadConfig } from "#config/index.js";
import { initKeys, keyFactsInWords, keyFactsOf, type KeyFacts, type KeyWish } from "#keys/index.js";
import type { DataFolder } from "#records/data-folder.js";
import { enterDataFolder } from "#retention/index.js";

/** `understudy keys init` and `understudy keys show`. */
export function addKeysCommand(program: Command, context: CliContext): void {
  const keys = program
    .command("keys")
    .summary("the keys that sign your videos")
    .description("Makes, replaces and shows the keys that sign the Content Credentials of your videos.")
    .helpCommand(false);
  keys
    .command("init")
    .description("Makes self-issued keys, or takes a bought certificate. The first render makes keys by itself.")
    .option("--certificate <file>", "PEM file of a bought certificate with its issuers")
    .option("--private-key <file>", "PEM file of its private key, not encrypted")
    .option("--force", "replace the keys that are there")
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .addHelpText("after", initEpilogue)
    .action((flags: KeyWish & Flags) => init(flags, context));
  keys
    .command("show")
    .description("Says whose keys they are and until when they hold; never shows a key.")
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)")
    .action((flags: Flags) => show(flags, context));
}

interface Flags {
  readonly config?: string;
}

async function init(flags: KeyWish & Flags, context: CliContext): Promise<void> {
  const { io } = context;
  const { keysFolder, audit } = await openData(flags, context);
  const credentials = await initKeys(flags, keysFolder, io.cwd, io.now());
  const { isSelfIssued, signer } = credentials;
  const kind = isSelfIssued ? "keys-made" : "keys-imported";
  await audit.append({ kind, certificateSha256: signer.certificateSha256 }, io.now());
  tell(keyFactsOf(keysFolder, credentials), context);
}

async function show(flags: Flags, context: CliContext): Promise<void> {
  const { keysFolder } = await openData(flags, context);
  tell(keyFactsOf(keysFolder, await readKeys(keysFolder, context.io.now())), context);
}

async function openData({ config: configPath }: Flags, { io }: CliContext): Promise<DataFolder> {
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath });
  return enterDataFolder(config.dataFolder, io.now());
}

function tell(facts: KeyFacts, { io, isJson }: CliContext): void {
  const words = () => keyFactsInWords(facts).map((line) => `${printableLine(line)}\n`);
  io.stdout.write(isJson ? `${JSON.stringify(facts)}\n` : words().join(""));
}

const initEpilogue = `
Self-issued keys cost nothing and need nobody: every viewer can check that a video is unchanged since it was signed, but
public viewers show the signer as unknown. A bought certificate (ECDSA P-256, for C2PA claim signing, document signing or
e-mail) puts a name there. docs/credentials.md tells more.

Replaced keys: their certificates stay, so that older videos are still known as yours; their private keys are removed.

Examples:
  $ understudy keys init
  $ understudy keys init --certificate chain.pem --private-key key.pem --force`;
