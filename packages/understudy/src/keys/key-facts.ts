import { anchorsFolderOf, type SealCredentials, type SignerFacts } from "@understudy/render";

/** What may be told of keys: everything but the keys. */
export interface KeyFacts {
  readonly folder: string;
  /** Holds the certificates by which what these keys sign is known as ours; nothing in it is secret. */
  readonly anchorsFolder: string;
  /** `none` before the first render; `self-issued` when made here. */
  readonly kind: "none" | "self-issued" | "bought";
  readonly signer?: SignerFacts;
}

/** Facts of the keys in a folder. */
export function keyFactsOf(folder: string, credentials: SealCredentials | undefined): KeyFacts {
  const anchorsFolder = anchorsFolderOf(folder);
  if (credentials === undefined) return { folder, anchorsFolder, kind: "none" };
  return {
    folder,
    anchorsFolder,
    kind: credentials.isSelfIssued ? "self-issued" : "bought",
    signer: credentials.signer,
  };
}

/** The same in plain lines. */
export function keyFactsInWords({ folder, anchorsFolder, kind, signer }: KeyFacts): string[] {
  if (signer === undefined) return [`There are no keys in ${folder} yet; the first render makes them.`];
  return [
    `signer       ${signer.name}`,
    `issued by    ${signer.issuer}`,
    `valid until  ${signer.expiresAt.slice(0, 10)}`,
    `certificate  ${signer.certificateSha256}`,
    `folder       ${folder}`,
    `anchors      ${anchorsFolder}`,
    "             not secret: whoever lists them in seal.trustAnchorsFile calls your videos trusted",
    "",
    ...meaning[kind],
  ];
}

const meaning: Readonly<Record<KeyFacts["kind"], readonly string[]>> = {
  none: [],
  "self-issued": [
    "The certificate is self-issued: every viewer can check that a video is unchanged since it was signed, but public",
    "viewers show its signer as unknown, because nobody else vouches for it. For a name that they show, buy a certificate",
    "for C2PA or document signing and run: understudy keys init --certificate FILE --private-key FILE --force",
  ],
  bought: ["Viewers show the signer by this name if they trust who issued the certificate."],
};
