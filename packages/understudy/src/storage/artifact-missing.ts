import { UnderstudyError } from "@understudy/render";

/** What is asked for is not kept, or no longer. */
export function artifactMissing(): UnderstudyError {
  return new UnderstudyError("artifact-missing", "A file that is needed is not kept any more.");
}
