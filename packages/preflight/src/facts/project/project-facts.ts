import type { ImageFacts } from "#facts/image/image-facts.js";
import type { PythonModule } from "#facts/python/module.js";
import type { ShellScript } from "#facts/shell/script.js";
import type { PreflightConfig } from "#model/config.js";
import type { Location } from "#model/location.js";
import type { GitState } from "#tree/source-tree.js";
import type { EvidenceFacts } from "./evidence.js";
import type { UnreadFile } from "./unread-file.js";

/** One file of the project. */
export interface ProjectFile {
  readonly path: string;
  readonly kind: "file" | "symlink";
  readonly byteLength: number;
  readonly isExecutable: boolean;
  readonly linkTarget: string | undefined;
  readonly gitState: GitState;
  /** Its text when it is a text file of at most 1 MiB, of Python at most 512 KiB; invalid UTF-8 becomes U+FFFD; a byte order mark is dropped, CRLF kept. */
  readonly text: string | undefined;
  /** The file holds bytes that are not UTF-8. */
  readonly isUtf8?: false;
}

/** A command that builds an image, wherever it is written. */
export interface BuildCommand {
  readonly location: Location;
  /** `ci`: a workflow; `script`: a shell file or Makefile; `compose`; `docs`: a code fence; `platform`: hub.json and the like. */
  readonly source: "ci" | "script" | "compose" | "docs" | "platform";
  /** Path from the project's folder; undefined: nobody can know (a variable). */
  readonly dockerfile: string | undefined;
  /** Folder from the project's folder, "" for the project itself; undefined: nobody can know. */
  readonly context: string | undefined;
  readonly tags: readonly string[];
  readonly buildArguments: ReadonlyMap<string, string>;
  /** `--target`. */
  readonly targetStage: string | undefined;
  readonly written: string;
}

/** A job body that somebody sends to the worker, as it stands in a file. */
export interface JobPayload {
  readonly location: Location;
  readonly source: "test-input" | "hub-test" | "script" | "docs" | "blueprint" | "config";
  /** Keys inside `input`, or of the whole body when it has no `input`. */
  readonly fields: readonly string[];
  readonly hasInputEnvelope: boolean;
}

/** What the files say of the endpoint: hub.json, tests.json, endpoint JSON, deploy scripts, preflight.config. */
export interface EndpointFacts {
  readonly gpuPools: readonly { readonly id: string; readonly location: Location }[];
  readonly containerDiskGB: { readonly value: number; readonly location: Location } | undefined;
  readonly executionTimeoutSeconds: { readonly value: number; readonly location: Location } | undefined;
  /** Queue time limit of a job, seconds. */
  readonly ttlSeconds: { readonly value: number; readonly location: Location } | undefined;
  /** Environment variables that the endpoint sets; secrets' values are never kept. */
  readonly environment: ReadonlyMap<string, Location>;
  readonly networkVolume: Location | undefined;
  readonly allowedCudaVersions: { readonly values: readonly string[]; readonly location: Location } | undefined;
  readonly imageReferences: readonly { readonly reference: string; readonly location: Location }[];
  readonly gpuCount: { readonly value: number; readonly location: Location } | undefined;
  readonly isServerless: { readonly value: boolean; readonly location: Location } | undefined;
}

/** A parsed JSON, YAML or TOML file. */
export interface DataFile {
  readonly path: string;
  readonly format: "json" | "yaml" | "toml";
  /** Undefined when it does not parse. */
  readonly value: unknown;
  readonly problem: { readonly message: string; readonly line: number } | undefined;
  /** Line of the value at a path of keys, from 1; 1 when unknown. */
  lineOf(keys: readonly (string | number)[]): number;
}

/** A command line or a sentence of a document. */
export interface DocumentFacts {
  readonly path: string;
  readonly fences: readonly { readonly language: string; readonly text: string; readonly line: number }[];
}

/** A credential in an earlier commit, without its value. */
export interface PastSecret {
  /** Kind, first characters, length, fingerprint. */
  readonly description: string;
  /** Path from the repository's root; the file may be gone. */
  readonly path: string;
  readonly line: number;
}

/** Everything that rules may ask of the project. */
export interface ProjectFacts {
  readonly config: PreflightConfig;
  /** By path, sorted. */
  readonly files: ReadonlyMap<string, ProjectFile>;
  /** Absence of a path proves nothing when the listing was cut. */
  readonly isListingCut: boolean;
  readonly isGitRepository: boolean;
  /** Dockerfiles that are there and in no way judged. */
  readonly unreadDockerfiles: readonly UnreadFile[];
  readonly images: readonly ImageFacts[];
  readonly buildCommands: readonly BuildCommand[];
  readonly payloads: readonly JobPayload[];
  readonly endpoint: EndpointFacts;
  /** Runs of tests and measurements that the files record. */
  readonly evidence: EvidenceFacts;
  /** Credentials that only earlier commits hold; undefined: nobody looked. */
  readonly pastSecrets: readonly PastSecret[] | undefined;
  /** A Python file of the project, parsed when first asked for; undefined: no such text file. */
  pythonModule(path: string): PythonModule | undefined;
  /** A shell script of the project, taken apart when first asked for, as run from the project's folder. */
  shellScript(path: string): ShellScript | undefined;
  readonly dataFiles: ReadonlyMap<string, DataFile>;
  readonly documents: readonly DocumentFacts[];
}
