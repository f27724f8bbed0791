import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Consent, FaceMatch } from "@understudy/render";
import { Command } from "commander";
import { onTestFinished } from "vitest";
import { addConsentCommand } from "#cli/commands/consent.js";
import type { CliIo } from "#cli/io.js";
import { reportFailure } from "#cli/report-failure.js";
import { configSchema, type Config } from "#config/index.js";
import { askForConsent, resolveConsent, resolveConsents, type ConsentTools } from "#consent/index.js";
import type { StandingAttestation } from "#consent/standing-attestation.js";
import { openDataFolder, type DataFolder } from "#records/data-folder.js";
import { createFakeWiring } from "#testing/fake-wiring.js";

/** A data folder, photos and a person who may sit at the terminal. */
export interface ConsentWorld {
  readonly folder: string;
  readonly data: DataFolder;
  /** Runs `understudy consent ...argv` and gives the exit status. */
  run(...argv: string[]): Promise<number>;
  stdout(): string;
  stderr(): string;
  /** The last line of standard output, parsed. */
  result<T = Record<string, never>>(): T;
  /** Asks for permission for photos as a render does. */
  resolve(photos: readonly string[], wish?: ResolveWish): Promise<Consent>;
  /** The same for several people, who are called by their numbers from 1. */
  resolveAll(photos: readonly (readonly string[])[], wish?: ResolveAllWish): Promise<readonly Consent[]>;
  /** The records on disk, by their files. */
  files(): Promise<string[]>;
  passTime(minutes: number): void;
}

/** How a test asks for permission. */
export interface ResolveWish {
  readonly flag?: string;
  readonly consentId?: string;
  readonly standing?: StandingAttestation;
  readonly prefersVoice?: boolean;
  readonly policy?: PolicyParts;
  readonly mayRemember?: boolean;
  readonly mayAsk?: boolean;
}

/** How a test asks for the permission of several people. */
export interface ResolveAllWish {
  readonly flags?: readonly string[];
  readonly mayAsk?: boolean;
}

/** What a test changes in the policy. */
export interface PolicyParts {
  readonly allowAttested?: boolean;
  readonly standing?: Partial<Config["consent"]["standing"]>;
}

/** A recording that shows the person of the photo. */
export const goodMatch: FaceMatch = { similarity: 0.8, threshold: 0.63, sampledFrames: 12, framesWithFace: 12 };

/** Lower-case SHA-256 of a photo of this world: its bytes are its name. */
export function photoHash(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}

/** Makes the world with the files `jo.jpg`, `al.jpg`, `signed.pdf` and `jo.mov`. The clock advances one second a look. */
export async function createConsentWorld(
  options: {
    readonly answers?: readonly string[];
    readonly tools?: Partial<ConsentTools>;
    readonly policy?: PolicyParts;
  } = {},
): Promise<ConsentWorld> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-consent-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of ["jo.jpg", "al.jpg", "signed.pdf", "jo.mov"]) await writeFile(join(folder, name), name);
  const written = { stdout: "", stderr: "" };
  const answers = [...(options.answers ?? [])];
  let seconds = 0;
  const io: CliIo = {
    stdout: { isTerminal: false, write: (text) => void (written.stdout += text) },
    stderr: { isTerminal: false, write: (text) => void (written.stderr += text) },
    isInputTerminal: false,
    env: {
      NO_COLOR: "1",
      UNDERSTUDY_DATA_FOLDER: join(folder, "data"),
      UNDERSTUDY_CONFIG: JSON.stringify({ contact: "privacy@example.com", consent: options.policy ?? {} }),
    },
    cwd: folder,
    signal: new AbortController().signal,
    now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds++)),
    ask: async (question) => {
      written.stderr += question;
      return answers.shift() ?? "";
    },
  };
  const tools = { readPhoto: async () => undefined, checkRecording: async () => goodMatch, ...options.tools };
  const data = openDataFolder(join(folder, "data"));
  return {
    folder,
    data,
    async run(...argv) {
      const isJson = argv.includes("--json");
      const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
      addConsentCommand(program, { io, wiring: createFakeWiring(), isJson, argv }, tools);
      try {
        await program.parseAsync(["consent", ...argv], { from: "user" });
        return 0;
      } catch (thrown) {
        return reportFailure(thrown, io, isJson);
      }
    },
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    result: () => JSON.parse(written.stdout.trimEnd().split("\n").at(-1) ?? ""),
    resolve: (
      photos,
      { flag, consentId, standing, prefersVoice, policy = options.policy, mayRemember = true, mayAsk = false } = {},
    ) =>
      resolveConsent(
        {
          flag,
          consentId,
          standing,
          ...(prefersVoice !== undefined && { prefersVoice }),
          photoSha256: photos.map(photoHash),
          policy: configSchema.parse({ consent: policy ?? {} }).consent,
          mayRemember,
          ask: mayAsk ? (photoCount) => askForConsent(io, photoCount) : undefined,
        },
        data,
        io,
      ),
    resolveAll: (photos, { flags = [], mayAsk = false } = {}) =>
      resolveConsents(
        photos.map((names, i) => ({ person: { kind: "number", number: i + 1 }, photoSha256: names.map(photoHash) })),
        {
          flags,
          policy: configSchema.parse({ consent: options.policy ?? {} }).consent,
          mayRemember: true,
          ask: mayAsk ? (...about) => askForConsent(io, ...about) : undefined,
        },
        data,
        io,
      ),
    files: async () => (await readdir(join(folder, "data", "consents")).catch(() => [])).sort(),
    passTime: (minutes) => void (seconds += 60 * minutes),
  };
}

/** Reads a file of the world as JSON. */
export async function readJson(world: ConsentWorld, ...path: string[]): Promise<unknown> {
  return JSON.parse(await readFile(join(world.folder, ...path), "utf8"));
}
