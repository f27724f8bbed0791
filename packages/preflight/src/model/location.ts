/** A place in the project that a reader can open. */
export interface Location {
  /** Path from the project's folder, with `/`. */
  readonly path: string;
  /** First line, from 1. */
  readonly line: number;
  /** Last line, inclusive; default: `line`. */
  readonly endLine?: number;
}
