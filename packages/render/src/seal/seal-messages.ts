import type { ReadableType } from "./media-type.js";
import type { SealableType } from "./provenance.js";
import type { ManifestDefinition } from "./manifest-definition.js";

/** What the thread is told. */
export type SealThreadOrder =
  | {
      readonly kind: "sign";
      readonly definition: ManifestDefinition;
      readonly mediaType: SealableType;
      /**
       * The file that the library embeds the credentials into, and where the result goes, which must not exist; absent
       * when the definition binds the file by itself and only the manifest store is wanted.
       */
      readonly embed?: { readonly inputPath: string; readonly outputPath: string };
      /** A source that has credentials; its manifests are taken over. */
      readonly source?: { readonly path: string; readonly mediaType: "video/mp4" };
      /** Exact length of the signature that `signature` will bring. */
      readonly signatureBytes: number;
    }
  /** The answer to `to-be-signed`. */
  | { readonly kind: "signature"; readonly bytes: Uint8Array }
  | {
      readonly kind: "read";
      readonly path: string;
      /** `sidecar` reads a manifest store that lies in a file of its own. */
      readonly mediaType: ReadableType | "sidecar";
      readonly anchors: TrustAnchors;
    };

/** Certificates (PEM) that a reader knows. */
export interface TrustAnchors {
  readonly own: string;
  readonly others: string;
}

/** What the thread says. Each order is answered by exactly one of the last four. */
export type SealThreadReport =
  | { readonly kind: "to-be-signed"; readonly claim: Uint8Array }
  /** `store`: the manifest store, as JUMBF. */
  | { readonly kind: "signed"; readonly store: Uint8Array; readonly memoryBytes: number }
  | { readonly kind: "report"; readonly report: LibraryReport; readonly memoryBytes: number }
  /** The library refused; `reason` is its text, which may quote the file. */
  | { readonly kind: "refused"; readonly reason: string; readonly memoryBytes: number }
  /** A file could not be opened, read or written. */
  | { readonly kind: "failed"; readonly message: string; readonly systemCode: string };

/** What the library says of a file, as its own JSON texts, and the manifest store they were read from. */
export interface LibraryReport {
  readonly json: string;
  /** The same in the form that tells every assertion. */
  readonly crJson: string;
  /** JUMBF; absent when it cannot be had. */
  readonly store?: Uint8Array;
}
