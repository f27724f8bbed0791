import { dataReader } from "./read-data.js";

/** A requirement as the project's file has it. */
export interface KnownRequirement {
  /** Normalised. */
  readonly name: string;
  /** `>=2.4.0`; "" for none. */
  readonly specifier: string;
  /** Direct URL; absent: from the index. */
  readonly url?: string;
}

/** One requirements file, or the dependencies of a pyproject.toml. */
export interface KnownRequirementFile {
  /** From the repository's root. */
  readonly path: string;
  readonly requirements: readonly KnownRequirement[];
}

/** One flag of a command-line script. */
export interface KnownFlag {
  /** `--ckpt_dir`; every spelling has an entry of its own. */
  readonly name: string;
  readonly takesValue: boolean;
  readonly choices?: readonly string[];
  readonly isRequired?: true;
}

/** A script that workers start by path. */
export interface KnownScript {
  readonly path: string;
  readonly flags: readonly KnownFlag[];
  /** Top-level modules that it imports when it starts, through the project's own modules too; absent: not known. */
  readonly imports?: readonly string[];
}

/** A public repository that worker images clone, as it stood at one commit. */
export interface KnownProject {
  /** `owner/name` in GitHub's spelling. */
  readonly repository: string;
  /** 40 hex digits. */
  readonly commit: string;
  readonly requirementFiles: readonly KnownRequirementFile[];
  /** Distributions that its code imports when it starts and that none of its files lists. */
  readonly unlistedDistributions: readonly string[];
  /** Packages importable once their parent folder is on sys.path: `{ name: "f5_tts", folder: "src" }`; "" is the root. */
  readonly packages: readonly { readonly name: string; readonly folder: string }[];
  readonly scripts: readonly KnownScript[];
  /** `pip install .` works. */
  readonly isInstallable: boolean;
  /** SPDX id, or `LicenseRef-…` where there is none. */
  readonly licence: string;
}

interface ListedProject extends KnownProject {
  /** Other names under which GitHub serves it. */
  readonly aliases?: readonly string[];
}

const projects = dataReader<readonly ListedProject[]>("projects");

/** A project by `owner/name` (case does not matter) or its GitHub URL. */
export function knownProject(repository: string): KnownProject | undefined {
  const wanted = repository
    .replace(/^(?:https?:\/\/(?:[^/@]*@)?|git@|ssh:\/\/git@)github\.com[/:]/i, "")
    .replace(/(?:\.git)?\/?$/, "")
    .toLowerCase();
  return projects().find((project) =>
    [project.repository, ...(project.aliases ?? [])].some((name) => name.toLowerCase() === wanted),
  );
}
