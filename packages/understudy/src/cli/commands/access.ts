import type { Command } from "commander";
import { UnderstudyError } from "@understudy/render";
import { defaultScopes, scopes, type Scope } from "#access/caller.js";
import { holdsAt, type ApiKey, type KeyList, type MadeKey, type NewKey } from "#access/key-list.js";
import type { CliContext } from "#cli/context.js";
import { numberFlag } from "#cli/number-flag.js";
import { openDatabaseLate, type OpenDatabase } from "#cli/open-database-late.js";
import { printableLine } from "#cli/printable.js";
import { loadConfig } from "#config/index.js";

/** `understudy access create`, `list`, `revoke` and `rotate`. @param open lends the database; a test has one of its own. */
export function addAccessCommand(program: Command, context: CliContext, open: OpenDatabase = openDatabaseLate): void {
  const access = program
    .command("access")
    .summary("keys that open the service's API")
    .description("Makes, lists, revokes and rotates the keys that open the API of `understudy serve`.")
    .helpCommand(false);
  const use = (flags: Flags, act: (keys: KeyList) => Promise<void>) => withKeys(flags, context, open, act);
  access
    .command("create")
    .description("Makes a key and prints it: it is told this once, and only its hash is kept.")
    .argument("<name>", "what it is for, such as `web shop`")
    .option("--scopes <list>", "what it may do, separated by commas; `all` for everything")
    .option("--owner <id>", "add it to an owner (default: a new owner, who sees nothing of the others)")
    .option("--days <count>", "days until it expires (default: it does not)")
    .option("--requests-per-minute <count>", "how often it may ask (default: the configuration's)")
    .option("--renders-at-once <count>", "its renders in work at a time (default: the configuration's)")
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", configHelp)
    .addHelpText("after", createEpilogue)
    .action((name: string, flags: CreateFlags) => {
      const wish = wishOf(name, flags, context.io.now());
      return use(flags, (keys) => create(wish, flags.owner, keys, context));
    });
  access
    .command("list")
    .description("Lists keys of all owners, or of one; never the keys themselves, which are not kept.")
    .option("--owner <id>", "of this owner only")
    .option("--json", "one JSON array on standard output")
    .option("--config <file>", configHelp)
    .action((flags: OwnerFlags) => use(flags, (keys) => list(flags, keys, context)));
  access
    .command("revoke")
    .description("Ends a key, in every process of the service within a second.")
    .argument("<id>", "key_...")
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", configHelp)
    .action((id: string, flags: Flags) => use(flags, (keys) => revoke(id, keys, context)));
  access
    .command("rotate")
    .description("Makes a new key in the place of one, which holds for its grace time.")
    .argument("<id>", "key_...")
    .option("--grace <seconds>", "how long the old key still holds; 0 to 604800", "3600")
    .option("--json", "one JSON object on standard output")
    .option("--config <file>", configHelp)
    .action((id: string, flags: RotateFlags) => {
      const graceSeconds = numberFlag("--grace", flags.grace, { min: 0, max: 604_800, isWhole: true });
      return use(flags, (keys) => rotate(id, graceSeconds, keys, context));
    });
}

const configHelp = "configuration file (default: understudy.config.json, if there)";

interface Flags {
  readonly config?: string;
}

interface OwnerFlags extends Flags {
  readonly owner?: string;
}

interface CreateFlags extends OwnerFlags {
  readonly scopes?: string;
  readonly days?: string;
  readonly requestsPerMinute?: string;
  readonly rendersAtOnce?: string;
}

interface RotateFlags extends Flags {
  readonly grace: string;
}

async function withKeys(
  { config: configPath }: Flags,
  context: CliContext,
  open: OpenDatabase,
  act: (keys: KeyList) => Promise<void>,
): Promise<void> {
  const { io } = context;
  const { config } = await loadConfig({ cwd: io.cwd, env: io.env, configPath });
  const database = await open(config, context);
  try {
    const { createKeyList } = await import("#access/postgres-key-list.js");
    await act(createKeyList({ pool: database.pool, now: () => io.now(), defaults: config.server }));
  } finally {
    await database.close();
  }
}

function wishOf(name: string, flags: CreateFlags, now: Date): NewKey {
  if (name.trim() === "" || name.length > 200) {
    throw new UnderstudyError("bad-usage", "A key's name has 1 to 200 characters.");
  }
  const days = countOf("--days", flags.days, 36_500);
  const requestsPerMinute = countOf("--requests-per-minute", flags.requestsPerMinute, 1_000_000);
  const rendersAtOnce = countOf("--renders-at-once", flags.rendersAtOnce, 1_000);
  return {
    name: name.trim(),
    scopes: scopesIn(flags.scopes),
    ...(days !== undefined && { expiresAt: new Date(now.getTime() + days * 86_400_000) }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(rendersAtOnce !== undefined && { rendersAtOnce }),
  };
}

async function create(wish: NewKey, owner: string | undefined, keys: KeyList, context: CliContext): Promise<void> {
  const ownerId = owner === undefined ? undefined : await knownOwner(owner, keys);
  tellSecret(await keys.create({ ...wish, ...(ownerId !== undefined && { ownerId }) }), context);
}

function countOf(flag: string, text: string | undefined, max: number): number | undefined {
  return text === undefined ? undefined : numberFlag(flag, text, { min: 1, max, isWhole: true });
}

function scopesIn(text: string | undefined): readonly Scope[] {
  if (text === undefined) return defaultScopes;
  if (text === "all") return scopes;
  const words = [...new Set(text.split(",").map((word) => word.trim()))];
  const unknown = words.find((word) => !(scopes as readonly string[]).includes(word));
  if (unknown === undefined) return words as Scope[];
  throw new UnderstudyError("bad-usage", `There is no scope "${unknown}".`, { hint: `Scopes: ${scopes.join(", ")}.` });
}

/** A slip of the pen must not make an owner of its own. */
async function knownOwner(ownerId: string, keys: KeyList): Promise<string> {
  if ((await keys.list(ownerId)).length > 0) return ownerId;
  throw new UnderstudyError("bad-usage", `There is no owner "${ownerId}".`, {
    hint: "Run `understudy access list` to see them, or leave --owner out for a new one.",
  });
}

async function list({ owner }: OwnerFlags, keys: KeyList, { io, isJson }: CliContext): Promise<void> {
  const listed = owner === undefined ? await keys.listAll() : await keys.list(owner);
  if (isJson) return io.stdout.write(`${JSON.stringify(listed)}\n`);
  if (listed.length === 0) return io.stdout.write("There are no keys yet: understudy access create NAME\n");
  const now = io.now();
  io.stdout.write(listed.map((key) => `${printableLine(lineOf(key, now))}\n`).join(""));
}

async function revoke(id: string, keys: KeyList, { io, isJson }: CliContext): Promise<void> {
  const { ownerId } = await findKey(id, keys);
  await keys.revoke(ownerId, id);
  io.stdout.write(isJson ? `${JSON.stringify({ keyId: id, revoked: true })}\n` : `✓ ${id} opens nothing any more\n`);
}

async function rotate(id: string, graceSeconds: number, keys: KeyList, context: CliContext): Promise<void> {
  const { ownerId } = await findKey(id, keys);
  const made = await keys.rotate(ownerId, id, graceSeconds);
  if (made === undefined) throw new UnderstudyError("bad-usage", `${id} holds no longer; nothing takes its place.`);
  tellSecret(made, context);
}

async function findKey(id: string, keys: KeyList): Promise<ApiKey> {
  const key = (await keys.listAll()).find(({ keyId }) => keyId === id);
  if (key !== undefined) return key;
  throw new UnderstudyError("bad-usage", `There is no key "${id}".`, {
    hint: "Run `understudy access list` to see their ids; a key itself is no id.",
  });
}

/** The key stands alone on standard output, so that a script can keep it. */
function tellSecret({ key, secret }: MadeKey, { io, isJson }: CliContext): void {
  if (isJson) return io.stdout.write(`${JSON.stringify({ ...key, secret })}\n`);
  io.stdout.write(`${secret}\n`);
  io.stderr.write(`${printableLine(lineOf(key, io.now()))}\nKeep the key: it is told this once.\n`);
}

function lineOf(key: ApiKey, now: Date): string {
  const { keyId, ownerId, name, expiresAt, revokedAt, lastUsedAt } = key;
  const ends = [expiresAt, revokedAt].filter((end) => end !== undefined).map((end) => end.getTime());
  const end =
    ends.length === 0 ? "" : ` ${holdsAt(key, now) ? "until" : "ended"} ${new Date(Math.min(...ends)).toISOString()}`;
  const use = lastUsedAt === undefined ? "never used" : `used ${lastUsedAt.toISOString()}`;
  return `${keyId}  ${ownerId}  ${name}  ${scopesInWords(key.scopes)}  ${use}${end}`;
}

function scopesInWords(held: readonly Scope[]): string {
  const missing = scopes.filter((scope) => !held.includes(scope));
  if (missing.length === 0) return "all scopes";
  return missing.length < held.length ? `all scopes but ${missing.join(",")}` : held.join(",") || "no scopes";
}

const createEpilogue = `
Scopes: ${scopes.slice(0, 7).join(", ")},
${scopes.slice(7).join(", ")}.
Default: all but keys:write, so that a stolen key makes no other, and jobs and metrics:read, which reach what belongs to
all owners.

An owner is whoever a key belongs to: renders, consents, uploads and webhooks of one owner do not exist for another.
Keys of one owner see the same.

Examples:
  $ understudy access create "web shop"
  $ understudy access create reports --scopes renders:read --owner owner_0123456789abcdef --days 90
  $ understudy access create prometheus --scopes metrics:read`;
