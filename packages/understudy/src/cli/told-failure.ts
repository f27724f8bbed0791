/** Thrown by a command that has told its failure in its own words: only the exit status is left to say. */
export class ToldFailure extends Error {
  override readonly name = "ToldFailure";
  readonly exitStatus: number;

  /** @param exitStatus of the process. */
  constructor(exitStatus: number) {
    super("the command has told its failure");
    this.exitStatus = exitStatus;
  }
}
