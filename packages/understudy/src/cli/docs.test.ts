import { readFileSync } from "node:fs";
import { errorFacts } from "@understudy/render";
import { bucketVariables } from "@understudy/runpod/protocol";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { settings } from "#config/index.js";
import { encryptionVariables } from "#storage/bucket-settings.js";
import { createFakeWorld } from "#testing/fake-world.js";
import type { CliContext } from "./context.js";
import { createProgram } from "./create-program.js";

const docs = (name: string) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");

test("docs/errors.md lists every code once, with its exit status and whether a retry makes sense", () => {
  const rows = [...docs("errors.md").matchAll(/^\| `([a-z-]+)` \| (\d) \| (yes|no) \| (.+) \| (.+) \|$/gm)];
  const listed = rows.map(([, code, exitStatus, retry]) => ({
    code,
    exitStatus: Number(exitStatus),
    retryable: retry === "yes",
  }));
  const known = Object.entries(errorFacts).map(([code, { exitStatus, retryable }]) => ({
    code,
    exitStatus,
    retryable,
  }));
  const byCode = (a: { code?: string | undefined }, b: { code?: string | undefined }) =>
    (a.code ?? "").localeCompare(b.code ?? "");
  expect(listed.sort(byCode)).toEqual(known.sort(byCode));
});

test.each([
  { command: [], heading: "`understudy`" },
  { command: ["render"], heading: "`understudy render <video>`" },
  { command: ["analyse"], heading: "`understudy analyse <video>`" },
  { command: ["align"], heading: "`understudy align <audio>`" },
  { command: ["captions"], heading: "`understudy captions`" },
  { command: ["demo"], heading: "`understudy demo`" },
  { command: ["verify"], heading: "`understudy verify <file>`" },
  { command: ["consent", "new"], heading: "`understudy consent new`" },
  { command: ["consent", "list"], heading: "`understudy consent list`" },
  { command: ["consent", "show"], heading: "`understudy consent show <id>`" },
  { command: ["consent", "revoke"], heading: "`understudy consent revoke <id>`" },
  { command: ["consent", "receipt"], heading: "`understudy consent receipt <id>`" },
  { command: ["erase"], heading: "`understudy erase`" },
  { command: ["audit", "verify"], heading: "`understudy audit verify`" },
  { command: ["audit", "list"], heading: "`understudy audit list`" },
  { command: ["keys", "init"], heading: "`understudy keys init`" },
  { command: ["keys", "show"], heading: "`understudy keys show`" },
  { command: ["privacy"], heading: "`understudy privacy`" },
  { command: ["serve"], heading: "`understudy serve`" },
  { command: ["access", "create"], heading: "`understudy access create`" },
  { command: ["access", "list"], heading: "`understudy access list`" },
  { command: ["access", "revoke"], heading: "`understudy access revoke`" },
  { command: ["access", "rotate"], heading: "`understudy access rotate`" },
  { command: ["airtable", "connect"], heading: "`understudy airtable connect`" },
  { command: ["airtable", "list"], heading: "`understudy airtable list`" },
  { command: ["airtable", "check"], heading: "`understudy airtable check`" },
  { command: ["airtable", "disconnect"], heading: "`understudy airtable disconnect`" },
  { command: ["db", "export"], heading: "`understudy db export`" },
  { command: ["db", "import"], heading: "`understudy db import`" },
  { command: ["doctor"], heading: "`understudy doctor`" },
  { command: ["endpoint"], heading: "`understudy endpoint`" },
  { command: ["worker"], heading: "`understudy worker`" },
  { command: ["make", "blueprint"], heading: "`understudy make blueprint <scenario>`" },
  { command: ["config", "explain"], heading: "`understudy config explain`" },
])("docs/cli.md and `understudy $command --help` have the same options", async ({ command, heading }) => {
  const world = await createFakeWorld();
  expect(await world.run(...command, "--help")).toBe(0);
  const section =
    docs("cli.md")
      .split(/^## /m)
      .find((each) => each.startsWith(heading)) ?? "";
  const inHelp = [...world.stdout().matchAll(/^ {2}(-.+?) {2,}/gm)].map(([, option]) => option);
  const inDocs = [...section.matchAll(/^\| `(-[^`]+)` \|/gm)].map(([, option]) => option);
  // Every command has --help; the page says so once.
  const isOwn = (option: string | undefined) => command.length === 0 || option !== "-h, --help";
  expect(inDocs.sort()).toEqual(inHelp.filter(isOwn).sort());
  expect(inHelp.length).toBeGreaterThan(1);
});

/** Names of the commands that do something: `access create`, and not `access`. */
function leavesOf({ commands }: Command, before: readonly string[] = []): string[] {
  if (commands.length === 0) return [before.join(" ")];
  return commands.flatMap((command) => leavesOf(command, [...before, command.name()]));
}

test("docs/cli.md has a section for every command, and for no other", () => {
  const sections = [...docs("cli.md").matchAll(/^## `understudy ([a-z ]+?)(?: <.+>)?`$/gm)].map(([, name]) => name);
  // Nothing of the world is touched before a command runs.
  expect(sections.sort()).toEqual(leavesOf(createProgram({} as CliContext)).sort());
});

test("docs/cli.md names every variable of a bucket", () => {
  const variables = [...Object.values(bucketVariables), ...Object.values(encryptionVariables), "DATABASE_URL"];
  for (const variable of variables) expect(docs("cli.md")).toContain(`\`${variable}\``);
});

test("docs/cli.md names every setting and its variable", () => {
  const rows = [...docs("cli.md").matchAll(/^\| `([A-Za-z.]+)` \| `(UNDERSTUDY_[A-Z_]+)` \|$/gm)];
  expect(rows.map(([, path, variable]) => ({ path, variable }))).toEqual(
    settings.map(({ path, variable }) => ({ path, variable })),
  );
});

test("a bare `understudy` shows the help and exits 2", async () => {
  const world = await createFakeWorld();
  expect(await world.run()).toBe(2);
  expect(world.stderr()).toContain("Start here:");
});

test("--version prints the version", async () => {
  const world = await createFakeWorld();
  expect(await world.run("--version")).toBe(0);
  expect(world.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/);
});
