import type { MappedText } from "#model/mapped-text.js";

/** The instructions of the Dockerfile reference. */
export type Keyword =
  | "ADD"
  | "ARG"
  | "CMD"
  | "COPY"
  | "ENTRYPOINT"
  | "ENV"
  | "EXPOSE"
  | "FROM"
  | "HEALTHCHECK"
  | "LABEL"
  | "MAINTAINER"
  | "ONBUILD"
  | "RUN"
  | "SHELL"
  | "STOPSIGNAL"
  | "USER"
  | "VOLUME"
  | "WORKDIR";

/** `--name=value` before an instruction's arguments. */
export interface Flag {
  readonly name: string;
  /** Undefined for `--link` and the like. */
  readonly value: string | undefined;
  readonly line: number;
}

/** A here-document of RUN, COPY or ADD. */
export interface Heredoc {
  /** Its delimiter, without quotes. */
  readonly name: string;
  readonly content: MappedText;
  /** False when the delimiter is quoted: the text is taken as it is. */
  readonly isExpanded: boolean;
  /** `<<-`: leading tabs are dropped (already done in `content`). */
  readonly stripsTabs: boolean;
  /** `<< EOF`: a blank that only BuildKit's frontend 1.16 and later accepts. */
  readonly hasBlank: boolean;
  readonly line: number;
  readonly endLine: number;
}

/** One instruction as written, its continued lines joined with nothing and its comment lines dropped. */
export interface Instruction {
  readonly keyword: Keyword;
  readonly flags: readonly Flag[];
  /** What follows the keyword and the flags; for ONBUILD triggers, the trigger's own arguments. */
  readonly arguments: MappedText;
  /** The JSON form, `["python", "-u", "handler.py"]`; undefined for the shell form. */
  readonly exec: readonly string[] | undefined;
  readonly heredocs: readonly Heredoc[];
  /** True for the instruction behind an ONBUILD: it runs in the images built on this one. */
  readonly isOnbuild: boolean;
  readonly line: number;
  /** Last line, here-documents included. */
  readonly endLine: number;
}

/** Why BuildKit would refuse the file. */
export interface DockerfileProblem {
  readonly kind:
    | "unknown-instruction"
    | "unterminated-quote"
    | "unterminated-heredoc"
    | "missing-arguments"
    | "bad-arguments"
    | "instruction-before-from"
    | "no-from"
    | "empty";
  /** One sentence, the offending word cut to 60 characters. */
  readonly message: string;
  readonly line: number;
  /** What follows from it on later lines is one fault, not many: problems that this one caused are not listed. */
  readonly endLine: number;
}

/** A parsed Dockerfile, after BuildKit's `frontend/dockerfile/parser`. */
export interface Dockerfile {
  readonly path: string;
  /** Its lines, without line ends. */
  readonly lines: readonly string[];
  /** Parser directives: `syntax`, `escape`, `check`. */
  readonly directives: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
  readonly escape: "\\" | "`";
  readonly instructions: readonly Instruction[];
  readonly problems: readonly DockerfileProblem[];
}
