import type { MappedText } from "#model/mapped-text.js";
import type { Flag, Instruction } from "./dockerfile.js";

/** Text after variable expansion. */
export interface Expanded {
  /** Variables without a known value stay as written, `$NAME`. */
  readonly text: string;
  /** Their names; empty when everything is known. */
  readonly unresolved: readonly string[];
}

/** Where a stage starts from. */
export type StageBase =
  | { readonly kind: "stage"; readonly index: number }
  | { readonly kind: "image"; readonly reference: Expanded }
  | { readonly kind: "scratch" };

/** What every step knows of the moment before it runs. */
export interface StepMoment {
  readonly instruction: Instruction;
  readonly stageIndex: number;
  /** ENV and ARG values that it sees, inherited from the base stage too. */
  readonly environment: ReadonlyMap<string, string>;
  /** Names of `environment` that are only ARG: gone when the image runs. */
  readonly buildArguments: ReadonlySet<string>;
  /** Absolute; starts at the base image's folder, `/` when unknown. */
  readonly workdir: string;
  /** `root` unless USER said otherwise. */
  readonly user: string;
  /** `["/bin/sh", "-c"]` unless SHELL said otherwise. */
  readonly shell: readonly string[];
}

/** `--mount=type=…` of a RUN. */
export interface RunMount {
  readonly type: string;
  /** Absolute path in the image; for a secret, its default below `/run/secrets`. */
  readonly target: string | undefined;
  readonly source: string | undefined;
  readonly from: string | undefined;
  readonly line: number;
}

/** RUN. */
export interface RunStep extends StepMoment {
  readonly kind: "run";
  /** The shell script: the arguments, or the here-document's text. Undefined in exec form. */
  readonly script: MappedText | undefined;
  /** Interpreter of a here-document that names one, such as `python3`; undefined: the SHELL. */
  readonly interpreter: string | undefined;
  readonly exec: readonly string[] | undefined;
  readonly mounts: readonly RunMount[];
}

/** One source of a COPY or ADD. */
export interface CopySource {
  /** As written, with variables expanded. */
  readonly pattern: Expanded;
  readonly line: number;
  readonly kind: "path" | "url" | "git" | "heredoc";
  /** The here-document's text. */
  readonly content: MappedText | undefined;
}

/** COPY or ADD. */
export interface CopyStep extends StepMoment {
  readonly kind: "copy";
  readonly isAdd: boolean;
  readonly sources: readonly CopySource[];
  /** Absolute path in the image; a trailing `/` is kept. */
  readonly destination: Expanded;
  /** `--from`; undefined: the build context. */
  readonly from:
    | { readonly kind: "stage"; readonly index: number }
    | { readonly kind: "image"; readonly reference: string }
    | undefined;
  readonly flags: readonly Flag[];
}

/** One NAME=value of ENV or ARG. */
export interface Variable {
  readonly name: string;
  /** Undefined: ARG without default. */
  readonly value: Expanded | undefined;
  /** As written, before expansion. */
  readonly written: string;
  readonly line: number;
}

/** ENV or ARG. */
export interface VariableStep extends StepMoment {
  readonly kind: "env" | "arg";
  readonly variables: readonly Variable[];
}

/** WORKDIR, VOLUME, USER, EXPOSE, SHELL, LABEL, STOPSIGNAL, MAINTAINER. */
export interface SettingStep extends StepMoment {
  readonly kind: "workdir" | "volume" | "user" | "other";
  /** WORKDIR: the one folder, absolute. VOLUME: absolute folders. USER: the name. Others: the words. */
  readonly values: readonly Expanded[];
}

/** CMD, ENTRYPOINT or HEALTHCHECK. */
export interface CommandStep extends StepMoment {
  readonly kind: "cmd" | "entrypoint" | "healthcheck";
  readonly exec: readonly string[] | undefined;
  /** Shell form. */
  readonly script: MappedText | undefined;
}

/** One instruction inside a stage, with what it means. ONBUILD triggers are left out (`Dockerfile.instructions` has them). */
export type Step = RunStep | CopyStep | VariableStep | SettingStep | CommandStep;

/** FROM and what follows it. */
export interface Stage {
  readonly index: number;
  /** `AS name`, lower-cased; undefined: unnamed. */
  readonly name: string | undefined;
  readonly base: StageBase;
  /** `--platform`, as written. */
  readonly platform: string | undefined;
  readonly from: Instruction;
  readonly steps: readonly Step[];
  /** What the next step, or a stage built on this one, would see. */
  readonly end: Omit<StepMoment, "instruction" | "stageIndex">;
}

/** A Dockerfile walked from top to bottom. */
export interface StageWalk {
  readonly stages: readonly Stage[];
  /** ARG before the first FROM. */
  readonly globalArguments: readonly Variable[];
  /** Variables used where nothing sets them: the text, the name, the line. */
  readonly unresolvedUses: readonly { readonly name: string; readonly line: number; readonly keyword: string }[];
}
