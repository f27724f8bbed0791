/** Where one kept file is found: the source's SHA-256 and the file's name, which tells its version. */
export type TemplateName = `${string}/${string}`;

/** Names a file that was made from a source and from nothing else. @param sourceSha256 lower-case hex. */
export function templateName(sourceSha256: string, fileName: string): TemplateName {
  return `${sourceSha256}/${fileName}`;
}

/**
 * Keeps what is computed of a source video and follows from no photo, so that the next photo costs less. Whoever reads from it
 * checks what was read: files may be damaged, or anybody's. Nothing in it is needed; all of it can be made again.
 */
export interface TemplateStore {
  /**
   * Puts a kept file at `toPath`, where nothing may lie; as a link where that is possible, so it is not to be written to.
   * @returns false when there is none.
   */
  fetch(name: TemplateName, toPath: string, signal: AbortSignal): Promise<boolean>;
  /** Keeps a finished file, in place of one that is there. @throws UnderstudyError `disk-full`, `output-write-failed`. */
  keep(name: TemplateName, path: string, signal: AbortSignal): Promise<void>;
}
