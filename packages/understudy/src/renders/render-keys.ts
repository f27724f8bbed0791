import type { InputReference } from "./render-order.js";

/** Begins the keys of everything that the artifact store keeps of a render; an erasure removes all of it. */
export function renderPrefix(renderId: string): string {
  return `renders/${renderId}/`;
}

/** Where a file of a render lies in the artifact store. */
export const renderKeys = {
  /** An input that was not uploaded here, as it was when it was fetched. */
  input: (renderId: string, name: string): string => `${renderPrefix(renderId)}inputs/${name}`,
  inputs: (renderId: string): string => `${renderPrefix(renderId)}inputs/`,
  /** What children of its run made; of use until it is finished, and to a retry. */
  work: (renderId: string): string => `${renderPrefix(renderId)}work/`,
  /** What the engine drew; of use to a fork. */
  face: (renderId: string, name: string): string => `${renderPrefix(renderId)}faces/${name}`,
  faces: (renderId: string): string => `${renderPrefix(renderId)}faces/`,
  /** Of one life: its name begins with that. */
  output: (renderId: string, name: string): string => `${renderPrefix(renderId)}out/${name}`,
  outputs: (renderId: string): string => `${renderPrefix(renderId)}out/`,
} as const;

/** Where the operator puts files that an owner may name by their path. */
export function libraryKey(ownerId: string, { path }: Extract<InputReference, { readonly kind: "library" }>): string {
  return `library/${ownerId}/${path}`;
}
