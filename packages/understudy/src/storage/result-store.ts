import type { OutputFiles } from "#paths/index.js";
import type { PublishedObject } from "#records/render-records.js";

/** Where one result goes; known before anything is written, so that it can be noted first. */
export interface ResultPlace {
  /** Files of this machine that a render writes; their folder is there. */
  readonly outputs: OutputFiles;
  /** Objects that `publish` may write; none for a store on this machine's disk. */
  readonly objects: readonly PublishedObject[];
}

/**
 * Where finished files of jobs go. Each result has an address with a secret of 128 bits in it: who has the address may see the
 * file, and nobody can guess it. One contract suite runs against every implementation.
 */
export interface ResultStore {
  /** Whether its addresses are of use on this machine only. */
  readonly isLocal: boolean;
  /**
   * Chooses a place.
   * @param result `name` without an ending: letters, digits, `.`, `_` and `-`; `workFolder` is the job's own and goes with it.
   */
  prepare(result: { readonly name: string; readonly workFolder: string }): Promise<ResultPlace>;
  /**
   * Makes what was written to the outputs reachable; the video must be there, its companions need not.
   * @returns the video's address.
   * @throws UnderstudyError `upload-failed`; the signal's reason after a cancel.
   */
  publish(place: ResultPlace, signal: AbortSignal): Promise<string>;
  /** Removes a result, however far it got; no error when there is none. @throws UnderstudyError `upload-failed`. */
  discard(place: ResultPlace): Promise<void>;
}
