import type { Command } from "commander";
import { checkRecording, readPhoto, UnderstudyError, type ConsentEntry } from "@understudy/render";
import type { CliContext } from "#cli/context.js";
import { printableLine } from "#cli/printable.js";
import { bucketAtHand, tidyUpFirst } from "#cli/tidy-up-first.js";
import { loadConfig, type Config } from "#config/index.js";
import {
  assertRecordFree,
  entryInWords,
  factsOfMade,
  madeInWords,
  makeConsent,
  readRules,
  revocationInWords,
  rowInWords,
  rowOf,
  stateOf,
  takeBack,
  writeReceipt,
  writeRecord,
  type ConsentTools,
  type NewConsentFlags,
} from "#consent/index.js";
import type { DataFolder } from "#records/data-folder.js";
import { enterDataFolder } from "#retention/index.js";

/** `understudy consent new | list | show | revoke | receipt`. */
export function addConsentCommand(
  program: Command,
  context: CliContext,
  tools: ConsentTools = { checkRecording, readPhoto },
): void {
  const consent = program
    .command("consent")
    .summary("record that a person agreed, and take it back")
    .description("Keeps the records that people agreed to be shown. No face is rendered without one.")
    .helpCommand(false);
  addNew(consent, context, tools);
  addList(consent, context);
  addShow(consent, context);
  addRevoke(consent, context);
  addReceipt(consent, context);
}

interface CommonFlags {
  readonly config?: string;
}

function addNew(consent: Command, context: CliContext, tools: ConsentTools): void {
  addCommand(consent, "new")
    .description("Records that a person agreed; with recorded-passcode it first says what the person speaks.")
    .option("--photo <photo>", "photo of the person, needed; may be given several times", collect)
    .option("--subject <name>", "the person's name or an alias, or the id of a subject on record")
    .option("--operator <name>", "who makes the videos and answers for the record")
    .option("--method <method>", "attested, e-signature or recorded-passcode", "attested")
    .option("--adult", "you confirm that the person is 18 or older")
    .option("--evidence <file>", "what the person signed; needed for e-signature")
    .option("--recording <file>", "video in which the person speaks the passcode")
    .option("--challenge <id>", "the passcode that is spoken in it")
    .option("--use <text>", "what the videos are for (default: personalised product videos)")
    .option("--channels <list>", "where they may be shown, with commas between (default: anywhere)")
    .option("--voice", "the voice may be imitated too")
    .option("--expires <when>", "90d, 1y or a day such as 2027-06-30 (default: until it is taken back)")
    .option("--statement <file>", "the text that the person agreed to, when it is not ours")
    .option("--language <tag>", "its language (default: en)")
    .option("--show", "only print the text that the person signs or says; keep nothing")
    .option("-o, --out <file>", "also write the record to a file, for --consent FILE elsewhere")
    .addHelpText("after", newEpilogue)
    .action(async (flags: NewConsentFlags & CommonFlags & { out?: string }) => {
      const { config, data } = await open(flags, context);
      const { io } = context;
      if (flags.out !== undefined) await assertRecordFree(flags.out, io.cwd);
      const made = await makeConsent(flags, { io, config, data, tools });
      if (flags.out !== undefined && "consent" in made) await writeRecord(made.consent, flags.out, io.cwd);
      if ("note" in made && !context.isJson) io.stderr.write(`${printableLine(made.note)}\n`);
      tell(context, factsOfMade(made), () => madeInWords(made, flags));
      // Not before: a passcode that has run out is told, not gone.
      if (flags.show !== true) await tidyUpFirst(data, config, context);
    });
}

function addList(consent: Command, context: CliContext): void {
  addCommand(consent, "list")
    .description("Lists the records, oldest first.")
    .action(async (flags: CommonFlags) => {
      const { config, data } = await open(flags, context);
      const rules = await readRules(config.consent, data, context.io.now());
      const rows = rules.entries.map((entry) => rowOf(entry, stateOf(entry, rules)));
      tell(context, { consents: rows }, () => rows.map(rowInWords).join("") || "There are no consent records.\n");
    });
}

function addShow(consent: Command, context: CliContext): void {
  addCommand(consent, "show")
    .description("Shows one record, whole.")
    .argument("<id>", "id of the record")
    .action(async (id: string, flags: CommonFlags) => {
      const { config, data } = await open(flags, context);
      const entry = await entryOf(id, data);
      const state = stateOf(entry, await readRules(config.consent, data, context.io.now()));
      tell(context, { ...entry, state }, () => entryInWords(entry, state));
    });
}

function addRevoke(consent: Command, context: CliContext): void {
  addCommand(consent, "revoke")
    .description("Notes that the person took their consent back, and lists every file made under it.")
    .argument("[id]", "id of the record")
    .option("--subject <id>", "instead of a record: take back all that are kept of this person")
    .option("--reason <text>", "why, in a few words")
    .option("--operator <name>", "who notes it (default: who made the record)")
    .option("--delete-outputs", "also delete the files made under it, where they still are as they were made")
    .addHelpText("after", revokeEpilogue)
    .action(async (id: string | undefined, flags: RevokeFlags) => {
      const { config, data } = await open(flags, context);
      const { operator: revokedBy, reason, subject, deleteOutputs: deletesOutputs = false } = flags;
      if (revokedBy?.trim() === "") throw new UnderstudyError("bad-usage", "--operator expects a name.");
      const consentIds = await whatToRevoke(id, subject, data);
      const order = { consentIds, revokedBy, reason, deletesOutputs, openBucket: () => bucketAtHand(context.io) };
      const taken = await takeBack(order, data, context.io.now());
      const facts = subject === undefined ? taken[0]! : { subjectId: subject, consents: taken };
      tell(context, facts, () => taken.map(revocationInWords).join("\n"));
      await tidyUpFirst(data, config, context);
    });
}

async function whatToRevoke(
  id: string | undefined,
  subjectId: string | undefined,
  { consents }: DataFolder,
): Promise<string[]> {
  if (id !== undefined && subjectId === undefined) return [id];
  if (id !== undefined || subjectId === undefined) {
    throw new UnderstudyError("bad-usage", "Give the id of a record, or --subject ID for all of a person.");
  }
  const theirs = (await consents.list()).filter(({ consent }) => consent.subject.id === subjectId);
  if (theirs.length > 0) return theirs.map(({ consent }) => consent.id);
  throw new UnderstudyError("unknown-subject", "There is no subject of this id on record.");
}

function addReceipt(consent: Command, context: CliContext): void {
  addCommand(consent, "receipt")
    .description("Writes what the person keeps: one page to read or print, and the same as JSON.")
    .argument("<id>", "id of the record")
    .option("-o, --out <folder>", "where both files go", ".")
    .action(async (id: string, flags: CommonFlags & { out: string }) => {
      const { config, data } = await open(flags, context);
      const entry = await entryOf(id, data);
      const options = { contact: config.contact, out: flags.out, others: await data.consents.list() };
      const files = await writeReceipt(entry, options, context.io);
      tell(context, { consentId: id, ...files }, () => `${printableLine(files.html)}\n${printableLine(files.json)}\n`);
    });
}

/** What every command under `consent` can be told. */
function addCommand(consent: Command, name: string): Command {
  return consent
    .command(name)
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", "configuration file (default: understudy.config.json, if there)");
}

interface RevokeFlags extends CommonFlags {
  readonly subject?: string;
  readonly reason?: string;
  readonly operator?: string;
  readonly deleteOutputs?: boolean;
}

async function open(
  { config: configPath }: CommonFlags,
  { io }: CliContext,
): Promise<{ config: Config; data: DataFolder }> {
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath });
  return { config, data: await enterDataFolder(config.dataFolder, io.now()) };
}

/** One JSON object for a program, words for a person. */
function tell({ io, isJson }: CliContext, result: object, inWords: () => string): void {
  io.stdout.write(isJson ? `${JSON.stringify(result)}\n` : inWords());
}

function collect(photo: string, photos: readonly string[] = []): string[] {
  return [...photos, photo];
}

async function entryOf(id: string, { consents }: DataFolder): Promise<ConsentEntry> {
  const entry = await consents.get(id);
  if (entry !== undefined) return entry;
  throw new UnderstudyError("unknown-consent", "There is no consent record of this id.");
}

const newEpilogue = `
Methods:
  attested            you state that the person agreed; your word, and visible as such in every manifest
  e-signature         the person signed a text: give it with --evidence
  recorded-passcode   the person says a text with three fresh words into a camera. The first call gives the text; the
                      second one, within 30 minutes, compares the face of the recording with the photo

Examples:
  $ understudy consent new --photo jo.jpg --subject "Jo Lee" --operator "Sam Roe" --adult
  $ understudy consent new --photo jo.jpg --subject "Jo Lee" --operator "Sam Roe" --adult --method e-signature \\
      --use "birthday greetings" --expires 2027-06-30 --show > text.txt
  $ understudy consent new --photo jo.jpg --subject "Jo Lee" --operator "Sam Roe" --adult --method e-signature \\
      --use "birthday greetings" --expires 2027-06-30 --statement text.txt --evidence signed.pdf
  $ understudy consent new --photo jo.jpg --subject "Jo Lee" --operator "Sam Roe" --adult --method recorded-passcode
  $ understudy consent new --photo jo.jpg --method recorded-passcode --challenge challenge_... --recording jo.mov

Records are never changed: another scope is another record. The next render of the same photo finds it.`;

const revokeEpilogue = `
Renders that run stop before they deliver. Nobody's word opens the photo again, only a new consent of the person's own.
Files that were changed or moved since are listed and left; so is what a worker uploaded to another bucket than the BUCKET_*
variables name. To remove everything that is kept of a person, records and
evidence too: understudy erase --subject ID.`;
