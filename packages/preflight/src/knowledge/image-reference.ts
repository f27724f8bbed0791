/** An image reference taken apart. */
export interface ImageReference {
  /** Without `docker.io/` and `library/`; other registries stay: `nvcr.io/nvidia/pytorch`. */
  readonly name: string;
  /** `latest` when nothing is written and no digest is given. */
  readonly tag: string;
  readonly digest: string | undefined;
}

/** Takes `registry/name:tag@digest` apart; undefined when it is no reference, such as one with an open variable. */
export function parseImageReference(reference: string): ImageReference | undefined {
  const [nameAndTag = "", digest] = reference.split("@", 2);
  const match = /^([a-z0-9][a-z0-9._/-]*(?::\d+\/[a-z0-9._/-]+)?)(?::([\w.-]{1,128}))?$/i.exec(nameAndTag);
  if (match === null) return undefined;
  const name = (match[1] ?? "")
    .replace(/^(?:(?:index\.|registry-1\.)?docker\.io\/)/, "")
    .replace(/^library\//, "")
    .toLowerCase();
  return { name, tag: match[2] ?? (digest === undefined ? "latest" : ""), digest };
}
