import type { BuildContext } from "#facts/context/build-context.js";
import type { Dockerfile } from "#facts/dockerfile/dockerfile.js";
import type { CommandStep, RunStep, Stage, StageWalk, Step } from "#facts/dockerfile/stage.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";
import type { PythonModule } from "#facts/python/module.js";
import type { EmbeddedCode, ShellCommand, ShellScript, ShellWrite } from "#facts/shell/script.js";
import type { BaseImage } from "#knowledge/index.js";
import type { Target } from "#model/config.js";
import type { Location } from "#model/location.js";
import type { MappedText } from "#model/mapped-text.js";

/** A RUN step with its script taken apart. */
export interface RunFacts {
  readonly step: RunStep;
  readonly stage: Stage;
  /** True when the final image is built on this step. */
  readonly isInFinalImage: boolean;
  readonly script: ShellScript;
}

/** How a path of the image came to be. */
export type PathOrigin =
  | { readonly kind: "copied"; readonly contextPath: string }
  | { readonly kind: "written"; readonly content: MappedText | undefined }
  | { readonly kind: "downloaded"; readonly from: string }
  | { readonly kind: "cloned"; readonly repository: string }
  | { readonly kind: "linked"; readonly target: string }
  | { readonly kind: "folder" }
  | { readonly kind: "stage"; readonly stageIndex: number; readonly path: string };

/** One path that a step makes. */
export interface ImagePath {
  /** Absolute, without a trailing `/`. */
  readonly path: string;
  readonly origin: PathOrigin;
  readonly location: Location;
  readonly stageIndex: number;
  /** False: made only on a branch that may not run. */
  readonly isCertain: boolean;
  /** Execute bit: from git, the disk, COPY --chmod or chmod; undefined: unknown. */
  readonly isExecutable: boolean | undefined;
}

/** Whether a path is in the image when it runs. */
export type Presence =
  /** A step makes it, or a symlink leads to it. */
  | { readonly kind: "present"; readonly made: ImagePath }
  /** It lies in a tree whose content nobody can know: a clone, a download, the base image, a mount, another image. */
  | { readonly kind: "unknown"; readonly because: string; readonly made: ImagePath | undefined }
  /** Every step is known, and none makes it. */
  | { readonly kind: "absent" };

/** The image's file system as far as the files tell. */
export interface VirtualFiles {
  /** Everything that is made in the final image's lineage, in order. */
  readonly paths: readonly ImagePath[];
  /** Everything made in any stage. */
  readonly allPaths: readonly ImagePath[];
  /** Looks a path up, symlinks followed. */
  find(path: string): Presence;
  /** Where a path leads after symlinks of the image; the path itself when none applies. */
  resolve(path: string): string;
  /** Text of a file of the image: copied from the context or written by a step. */
  textOf(path: string): MappedText | undefined;
  /** Paths made directly or deeper below a folder. */
  below(folder: string): readonly ImagePath[];
}

/** A distribution asked for by pip, uv, conda or poetry. */
export interface PythonRequirement {
  /** Normalised: lower case, `-` for `_` and `.` (PEP 503). */
  readonly name: string;
  /** `>=1.3,<2` as written; "" for none. A direct URL stands in `url`. */
  readonly specifier: string;
  readonly extras: readonly string[];
  readonly url: string | undefined;
  /** The whole requirement as written. */
  readonly written: string;
  readonly location: Location;
  /** File that named it; undefined: the command line. */
  readonly requirementsFile: string | undefined;
}

/** One pip, uv, conda, poetry or pipenv install. */
export interface PythonInstall {
  readonly command: ShellCommand;
  readonly stageIndex: number;
  readonly isInFinalImage: boolean;
  readonly tool: "pip" | "uv" | "conda" | "poetry" | "pipenv";
  readonly requirements: readonly PythonRequirement[];
  /** `-r` files that nobody can read: image paths. */
  readonly unreadRequirements: readonly string[];
  /** `-e DIR` and `DIR`: image paths of installed projects. */
  readonly projects: readonly { readonly path: string; readonly isEditable: boolean }[];
  /** `--index-url`, `--extra-index-url`, `-f`. */
  readonly indexes: readonly string[];
  readonly options: ReadonlySet<string>;
}

/** One apt, apk, dnf or conda install of system packages. */
export interface SystemInstall {
  readonly command: ShellCommand;
  readonly stageIndex: number;
  readonly isInFinalImage: boolean;
  readonly tool: "apt" | "apk" | "dnf" | "conda";
  /** Names without version, with the word they came from. */
  readonly packages: readonly { readonly name: string; readonly location: Location }[];
}

/** What the image holds of Python distributions and system packages when it runs. */
export interface InstalledFacts {
  readonly python: readonly PythonInstall[];
  readonly system: readonly SystemInstall[];
  /** Distribution by normalised name, the last that wins; uninstalled ones removed. */
  readonly distributions: ReadonlyMap<string, PythonRequirement>;
  readonly systemPackages: ReadonlySet<string>;
  /** True when something was installed from a file or project that nobody can read: a missing package proves nothing. */
  readonly isOpen: boolean;
}

/** A clone of a repository into the image. */
export interface CloneFacts {
  readonly command: ShellCommand;
  /** As written, without credentials. */
  readonly url: string;
  /** `owner/name` for GitHub; undefined elsewhere. */
  readonly repository: string | undefined;
  /** Absolute path in the image; undefined: nobody can know. */
  readonly folder: string | undefined;
  /** Branch, tag or commit that it is pinned to by `--branch`, or a checkout that follows. */
  readonly revision: string | undefined;
  readonly stageIndex: number;
  readonly isInFinalImage: boolean;
}

/** Weights put into the image, or fetched when it starts. */
export interface ModelDownload {
  /** `hf`: Hugging Face repository; `url`: a file; `copy`: from the context; `code`: a loader called in RUN. */
  readonly kind: "hf" | "url" | "copy" | "code";
  /** `Wan-AI/Wan2.2-Animate-14B`, or the URL without query. */
  readonly what: string;
  /** Absolute path of the folder or file; undefined: the library's cache, see `cacheFolder`. */
  readonly path: string | undefined;
  readonly cacheFolder: string | undefined;
  /** Some files of the repository only: named ones, or those that a pattern lets through. Absent: all of them. */
  readonly isPartial?: true;
  readonly when: "build" | "start";
  readonly stageIndex: number;
  readonly isInFinalImage: boolean;
  readonly location: Location;
  readonly fate: ShellCommand["fate"] | undefined;
  /** Only under a condition: `if [ "$BAKE" = 1 ]; then …`. Absent: always, or nobody can know. */
  readonly isConditional?: true;
}

/** A path or id under which weights are looked for when the image runs. */
export interface ModelUse {
  /** Absolute path, or a Hugging Face id. */
  readonly value: string;
  readonly kind: "path" | "hf-id";
  /** `ENV`: a variable of the image that names it; `code`: a literal or default in code; `command`: an argument. */
  readonly from: "ENV" | "code" | "command";
  /** Variable or parameter that carries it, such as `MODEL_PATH`. */
  readonly name: string | undefined;
  readonly location: Location;
}

/** How the container starts. */
export interface EntryFacts {
  readonly cmd: CommandStep | undefined;
  readonly entrypoint: CommandStep | undefined;
  /** Every command that runs at start, scripts followed, in order. */
  readonly commands: readonly ShellCommand[];
  /** Python files that the commands run, by image path. */
  readonly pythonFiles: readonly { readonly path: string; readonly command: ShellCommand }[];
  /** `python -m NAME`, and servers such as gunicorn or uvicorn with their application. */
  readonly pythonModules: readonly { readonly name: string; readonly command: ShellCommand }[];
  /** Code inside the start commands, such as `python -c "…"`. */
  readonly embedded: readonly EmbeddedCode[];
  /** False when a script on the way is not known. */
  readonly isComplete: boolean;
  readonly unknownScripts: ShellScript["unknownScripts"];
}

/** A Python file of the image. */
export interface ImageModule {
  readonly imagePath: string;
  /** Path in the project, or undefined when a RUN writes it. */
  readonly projectPath: string | undefined;
  readonly module: PythonModule;
  /** True when a start command reaches it, imports followed. */
  readonly isReachable: boolean;
  /** Why: the chain of image paths from the start command's file, itself included. */
  readonly reachedBy: readonly string[];
}

/** The Python world of the image. */
export interface ImagePython {
  /** `3.10`; undefined: unknown. */
  readonly version: string | undefined;
  readonly modules: readonly ImageModule[];
  /** Image paths of files that a start command reaches and whose text nobody knows. */
  readonly unreadPaths: readonly string[];
  /** Folders of PYTHONPATH and of `-e` installs, absolute. */
  readonly searchPath: readonly string[];
  /**
   * What an import means inside the image for a file that is run as `entryPath`: a module of the image, a distribution
   * or the standard library, something a clone, the base or an unread requirement may bring, or nothing at all.
   */
  resolveImport(
    moduleName: string,
    fromImagePath: string,
  ):
    | { readonly kind: "module"; readonly module: ImageModule }
    | { readonly kind: "standard-library" | "distribution" | "base-image" | "clone" | "folder" }
    | { readonly kind: "unknown"; readonly because: string }
    | { readonly kind: "absent" };
  /** Code in RUN steps: `python -c`, here-documents, files written by echo. */
  readonly embedded: readonly {
    readonly code: EmbeddedCode;
    readonly module: PythonModule;
    readonly run: RunFacts;
  }[];
}

/** What an image is for, as far as its files tell. */
export type ImagePurpose = "worker" | "service" | "base" | "development";

/** One Dockerfile in one build context: everything that rules may ask of an image. */
export interface ImageFacts {
  readonly project: ProjectFacts;
  readonly dockerfile: Dockerfile;
  readonly walk: StageWalk;
  /** The last stage, or the `--target` of the build command. */
  readonly finalStage: Stage;
  /** Stages that the final image is built on by FROM, base first, final last. */
  readonly lineage: readonly Stage[];
  /** Steps of the lineage in order. */
  readonly finalSteps: readonly Step[];
  readonly context: BuildContext;
  /** Declared, or inferred: `runpod` in the image or hub files: serverless. Undefined: nothing tells. */
  readonly target: Target | undefined;
  readonly purpose: ImagePurpose;
  /** What is known of the image that the lineage starts from. */
  readonly base: BaseImage | undefined;
  /** Reference of that image, expanded; undefined: scratch. */
  readonly baseReference: string | undefined;
  readonly runs: readonly RunFacts[];
  /** Commands of every RUN, in order; `runs` has them by step. */
  readonly buildCommands: readonly { readonly command: ShellCommand; readonly run: RunFacts }[];
  readonly writes: readonly { readonly write: ShellWrite; readonly run: RunFacts }[];
  readonly files: VirtualFiles;
  readonly installed: InstalledFacts;
  readonly clones: readonly CloneFacts[];
  readonly downloads: readonly ModelDownload[];
  readonly modelUses: readonly ModelUse[];
  readonly entry: EntryFacts;
  readonly python: ImagePython;
  /** ENV of the running image, ARG left out. */
  readonly runtimeEnvironment: ReadonlyMap<string, string>;
  /** Line that sets a variable of `runtimeEnvironment`. */
  environmentLine(name: string): Location | undefined;
  /** Folders mounted when the worker runs, absolute. */
  readonly mounts: readonly string[];
}
