/**
 * Why there is no database. `bad-options`: a database URL or name that cannot be one. `no-binaries`: no PostgreSQL
 * program for this platform, or none that runs. `folder-unusable`: the folder cannot hold a server of ours.
 * `did-not-start`: the private server ended or stayed silent. `unreachable`: the server of the URL did not answer.
 * `wrong-version`: the server or the data belongs to a version that does not fit.
 */
export type LocalPostgresErrorCode =
  | "bad-options"
  | "no-binaries"
  | "folder-unusable"
  | "did-not-start"
  | "unreachable"
  | "wrong-version";

/** One calm sentence, a permanent code and the next step. Never holds a password or a database URL. */
export class LocalPostgresError extends Error {
  override readonly name = "LocalPostgresError";
  readonly code: LocalPostgresErrorCode;
  /** What to do next, one or two sentences. */
  readonly hint: string;

  constructor(code: LocalPostgresErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** `folder-unusable` for a failed file operation below `folder`; an error that is ours already is handed through. */
export function folderUnusable(folder: string, thrown: unknown): unknown {
  if (thrown instanceof LocalPostgresError || errorCodeOf(thrown) === undefined) return thrown;
  return new LocalPostgresError(
    "folder-unusable",
    `PostgreSQL's files cannot be kept in ${folder} (${errorCodeOf(thrown)}).`,
    "Choose a folder on a local disk that this user may write to, or set DATABASE_URL to a server of your own.",
  );
}

/** The `code` of an error of Node or of PostgreSQL (`ENOENT`, `57P03`); undefined when it has none. */
export function errorCodeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" && code !== "" ? code : undefined;
}
