import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";
import type { Database } from "#postgres/database.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import type { Finding } from "./finding.js";

/** The machine as this process sees it. */
export interface MachineFacts {
  /** Without the `v`, such as `20.19.0`. */
  readonly nodeVersion: string;
  /** Node's names, such as `linux` and `x64`. */
  readonly platform: string;
  readonly architecture: string;
  readonly cores: number;
  /** What this process may use: the container's limit where there is one. */
  readonly memoryBytes: number;
}

/** What the engine's parts are like; `checkEngine()` of `@understudy/render`. */
export interface EngineFacts {
  readonly weights: readonly {
    readonly file: string;
    readonly licence: string;
    readonly problem?: string;
  }[];
  readonly loadSeconds: number;
  /** The library that runs networks, and what it can compute on. */
  readonly runtime?: { readonly library: string; readonly version: string; readonly providers: readonly string[] };
  readonly problem?: string;
}

/** What the doctor looks through; a test hands in its own. */
export interface DoctorProbes {
  machine(): MachineFacts;
  /** Free bytes for this user on the disk of a folder, which need not be there yet. */
  freeBytes(folder: string): Promise<number>;
  checkEngine(): Promise<EngineFacts>;
  /** Encodes ten frames in a folder and decodes them again. @returns the media stack's name and the frames that came back. */
  checkMedia(folder: string, mediaIo: Config["mediaIo"]): Promise<{ readonly name: string; readonly frames: number }>;
  /** Opens the database of this installation and leaves its tables as they are. */
  openDatabase(
    config: Pick<Config, "dataFolder">,
    io: Pick<CliIo, "env" | "signal">,
    log: (line: string) => void,
  ): Promise<Database>;
  openArtifacts(world: { readonly config: Config; readonly env: CliIo["env"] }): Promise<ArtifactStore>;
  /** Reads a link as anybody would. */
  readLink(
    url: string,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly bytes: Uint8Array; readonly date: Date | undefined }>;
}

/** What an examination has. */
export interface DoctorWorld {
  readonly config: Config;
  readonly io: Pick<CliIo, "env" | "signal" | "now">;
  readonly probes: DoctorProbes;
  /** Folder for what is made on the way; its owner removes it. */
  readonly scratchFolder: string;
  /** Whether what can be put right is put right. */
  readonly fix: boolean;
}

/** Looks at one part of the installation. What it throws counts as an error of that part. */
export interface Check {
  readonly id: string;
  /** The part in a few words, such as `the database`. */
  readonly part: string;
  examine(world: DoctorWorld): Promise<readonly Finding[]>;
}
