import type { Fingerprint, LabelWish } from "@understudy/render";

/** How far a render got. `interrupted`: its process ended without a word, and what it left was removed. */
export type RenderState = "started" | "finished" | "failed" | "interrupted";

/** A file that a render wrote where the user asked for it. */
export interface OutputFact {
  /** Absolute path. */
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly byteLength: number;
}

/** An object in a bucket: all that is needed to find it again and remove it. */
export interface PublishedObject {
  /** Origin of the service, such as `https://s3.eu-west-1.amazonaws.com`. */
  readonly endpointUrl: string;
  readonly bucket: string;
  readonly key: string;
}

/** One process on this machine; a number alone is given to another process some time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words; absent where the system does not tell. */
  readonly startedAt?: string;
  /** What the number counts in: each container has its own; absent where the system does not tell. */
  readonly pidNamespace?: string;
}

/** Somebody whose face a render puts in. */
export interface ShownPerson {
  readonly consentId: string;
  readonly subjectId: string;
  /** Photos of this person, best first. */
  readonly faces: readonly { readonly path: string; readonly sha256: string }[];
}

/** What this installation remembers of one render. Private to the operator: it leads from a file back to a person. */
export interface RenderRecord {
  readonly version: 1;
  readonly renderId: string;
  /** Everybody whose face it puts in. */
  readonly people: readonly [ShownPerson, ...ShownPerson[]];
  /** 24 bits, six hex digits. */
  readonly watermarkId: string;
  readonly label: LabelWish;
  readonly state: RenderState;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Who works on it. */
  readonly process: ProcessIdentity;
  /** Folder of intermediate files; removed at the end, or at the next start after a crash. */
  readonly workFolder: string;
  /** Folder that the outputs go to. */
  readonly outputFolder: string;
  /** Where its files are to lie, video first; some may never be written. */
  readonly outputPaths: readonly string[];
  readonly source: { readonly path: string; readonly sha256?: string };
  /** Video first. Empty until the render is finished. */
  readonly outputs: readonly OutputFact[];
  /** Where the outputs of a finished render are moved to, noted before they are; absent when they stay where they are. */
  readonly published?: readonly PublishedObject[];
  /** When all of these were removed from where they were moved to. */
  readonly publishedRemovedAt?: string;
  readonly fingerprint?: Fingerprint;
}

/** As whom a render shows a person; empty when it does not. Several where two people of a video got one face. */
export function shownAs({ people }: Pick<RenderRecord, "people">, subjectId: string): readonly ShownPerson[] {
  return people.filter((person) => person.subjectId === subjectId);
}

/** What becomes known when a render ends, and of its outputs later. */
export type RenderEnd = Pick<RenderRecord, "state" | "outputs" | "fingerprint" | "publishedRemovedAt"> & {
  readonly sourceSha256?: string;
};

/** The list of renders; one seam, files today. One contract suite runs against every implementation. */
export interface RenderRecords {
  /** Notes a render before it makes its first file. */
  start(record: RenderRecord): Promise<void>;
  /** Notes its end; what an earlier note said and this one does not stays. Nothing happens for a render that was erased meanwhile. */
  end(renderId: string, end: RenderEnd, now: Date): Promise<void>;
  /** @throws UnderstudyError `data-folder-unreadable` for a record that is there and cannot be read, or is damaged. */
  get(renderId: string): Promise<RenderRecord | undefined>;
  /** Those in state `started`, oldest first; its cost does not grow with the number of renders that have ended. */
  listStarted(): Promise<RenderRecord[]>;
  /**
   * All, oldest first. Damaged ones are passed over.
   * @throws UnderstudyError `data-folder-unreadable` when it cannot be told what there is.
   */
  list(): Promise<RenderRecord[]>;
  /** Removes a record; no error when there is none. */
  erase(renderId: string): Promise<void>;
}
