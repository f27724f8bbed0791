import type { Location } from "#model/location.js";
import type { MappedText } from "#model/mapped-text.js";

/** One word of a command, after quotes are removed and variables expanded. */
export interface ShellWord {
  /** Parts that nobody can know before the run (`$(date)`, an unset variable) stay as written. */
  readonly text: string;
  /** False when such a part is in it. */
  readonly isKnown: boolean;
  /** As written. */
  readonly raw: string;
  readonly line: number;
}

/** `> file` and its kin. */
export interface ShellRedirect {
  /** `>`, `>>`, `<`, `&>`, `>&`, …, without the descriptor. */
  readonly operator: string;
  /** Undefined: the default of the operator. */
  readonly descriptor: number | undefined;
  readonly target: ShellWord;
  readonly line: number;
}

/** What becomes of a command's failure. */
export type FailureFate =
  /** The script stops with a failure. */
  | { readonly kind: "stops" }
  /** Nobody learns of it: `|| true`, `; next` without `set -e`, `|| echo …`, a loop that goes on, a pipe without pipefail. */
  | { readonly kind: "swallowed"; readonly by: string; readonly line: number }
  /** It decides a branch: the condition of if, while, `&&`/`||` whose other side acts on it. */
  | { readonly kind: "tested" };

/** One simple command, with what it sees and what becomes of it. */
export interface ShellCommand {
  /** Base name of the program, wrappers (`sudo`, `env`, `exec`, `time`, `nohup`, `timeout 5`, `xvfb-run`) removed; "" when unknown. */
  readonly name: string;
  /** The program and its arguments, wrappers removed. */
  readonly words: readonly ShellWord[];
  /** Removed wrappers, such as `exec`. */
  readonly wrappers: readonly string[];
  /** `NAME=value` in front of it. */
  readonly assignments: readonly { readonly name: string; readonly value: ShellWord }[];
  readonly redirects: readonly ShellRedirect[];
  /** Text of its here-document or here-string. */
  readonly input: MappedText | undefined;
  /** False when the here-document's delimiter is quoted. */
  readonly isInputExpanded: boolean;
  /** The command whose output it reads through a pipe. */
  readonly pipedFrom: ShellCommand | undefined;
  /** Folder that it runs in, `cd` followed; undefined: nobody can know. */
  readonly workdir: string | undefined;
  /** Variables that it sees: the step's, plus assignments and exports of the script so far. */
  readonly environment: ReadonlyMap<string, string>;
  readonly fate: FailureFate;
  /** Inside if, case, `&&`/`||` after a test, or a function that may not be called. */
  readonly isConditional: boolean;
  readonly isInLoop: boolean;
  /** Ends with `&`. */
  readonly isBackground: boolean;
  readonly location: Location;
  /** How it is reached: the RUN or CMD line, then the script lines that lead to it; empty for the script's own. */
  readonly via: readonly Location[];
}

/** A file that a script writes by echo, printf, cat or tee, or downloads or copies to. */
export interface ShellWrite {
  /** Absolute path in the image; undefined when nobody can know. */
  readonly path: string | undefined;
  /** Its text, when it stands in the script. */
  readonly content: MappedText | undefined;
  readonly isAppend: boolean;
  readonly command: ShellCommand;
}

/** Code of a language inside a script: `python -c "…"`, `python <<EOF`, `bash -c`. */
export interface EmbeddedCode {
  readonly language: "python";
  /** After Docker's and the shell's unquoting. */
  readonly code: MappedText;
  readonly from: "argument" | "input";
  readonly command: ShellCommand;
}

/** A shell script taken apart. `bash -c '…'`, `sh script.sh`, `source x` and called functions are followed into. */
export interface ShellScript {
  /** In the order in which they would run. */
  readonly commands: readonly ShellCommand[];
  readonly writes: readonly ShellWrite[];
  readonly embedded: readonly EmbeddedCode[];
  /** Scripts that are run but whose text is not known: a path in the image, and where. */
  readonly unknownScripts: readonly { readonly path: string; readonly location: Location }[];
  readonly syntaxError: { readonly message: string; readonly line: number } | undefined;
}

/** What a script finds when it starts. */
export interface ShellScope {
  readonly environment: ReadonlyMap<string, string>;
  readonly workdir: string;
  /** The shell and its options, such as `["/bin/bash", "-eo", "pipefail", "-c"]`. */
  readonly shell: readonly string[];
  readonly via: readonly Location[];
  /** Text of a script by its absolute path in the image; undefined: not known. */
  readonly lookUpScript: (path: string) => MappedText | undefined;
}
