import type { LabelWish, SwapRange } from "@understudy/render";

/** Where an input comes from. */
export type InputReference =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "upload"; readonly uploadId: string }
  /** A file that the operator put into the artifact store; relative to the owner's own part of `library/`. */
  | { readonly kind: "library"; readonly path: string };

/** On whose word a render rests. */
export type ConsentReference =
  | { readonly kind: "record"; readonly consentId: string }
  /** Somebody's word for the person in the photo, given with the request. */
  | { readonly kind: "attested"; readonly operator: string }
  /** A record for the photo, else the standing attestation of the configuration. */
  | { readonly kind: "on-record" };

/** What was asked for: plain values, checked where they entered. */
export interface RenderOrder {
  readonly source: InputReference;
  /** Best first; at least one. */
  readonly faces: readonly InputReference[];
  /** Undefined: the brief's plan. */
  readonly swapRanges?: readonly SwapRange[];
  readonly label: LabelWish;
  readonly stitch: "smart" | "reencode";
  readonly allowMissingFace: boolean;
  readonly consent: ConsentReference;
  /** File name of the result without an ending. */
  readonly name: string;
  /** Endpoint that is told, besides those of the owner that want this kind of event. */
  readonly webhookEndpointId?: string;
  /** The caller's own words, given back with everything about this render; at most 50 entries. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Longest time from the first start to the end. */
  readonly deadlineSeconds: number;
  /** Most that it may cost; undefined: the configuration's cap. */
  readonly costCapUsd?: number;
}
