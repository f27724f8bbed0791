import { basename } from "node:path";
import { UnderstudyError } from "#model/errors.js";

/** The refusal of a source that is not the file any more that it was at the beginning. */
export function sourceChanged(path: string): UnderstudyError {
  return new UnderstudyError("unreadable-media", `${basename(path)} changed while it was read.`, {
    hint: "Run the command again when nothing writes to the file.",
  });
}
