import { X509Certificate } from "node:crypto";
import { decode, type Tag } from "cbor2";

/**
 * Finds the certificate that signed a manifest.
 * @param store manifest store as JUMBF boxes (ISO 19566-5).
 * @param label of the manifest, such as `urn:c2pa:...`.
 * @returns undefined when the store has no such signature; never throws.
 */
export function signingCertificateOf(store: Uint8Array, label: string): X509Certificate | undefined {
  try {
    const path = ["c2pa", label, "c2pa.signature"];
    const signature = path.reduce<Uint8Array>((inside, name) => superBox(inside, name), store);
    const cose = [...boxes(signature)].find(({ type }) => type === "cbor")?.content;
    if (cose === undefined) return undefined;
    const [protectedHeader, unprotected] = (decode<Tag>(cose).contents ?? []) as [Uint8Array, unknown];
    const chain = chainIn(decode(protectedHeader)) ?? chainIn(unprotected);
    const [leaf] = Array.isArray(chain) ? chain : [chain];
    return leaf && new X509Certificate(leaf);
  } catch {
    return undefined;
  }
}

/** COSE header 33, one certificate or a list of them; version 1 claims may spell it out. */
function chainIn(header: unknown): Uint8Array | Uint8Array[] | undefined {
  const entries = header instanceof Map ? header : new Map(Object.entries(header ?? {}));
  return entries.get(33) ?? entries.get("x5chain");
}

interface Box {
  readonly type: string;
  readonly content: Uint8Array;
}

function* boxes(bytes: Uint8Array): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset + 8 <= bytes.length;) {
    const length = view.getUint32(offset) || bytes.length - offset;
    if (length < 8) return;
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    yield { type, content: bytes.subarray(offset + 8, offset + length) };
    offset += length;
  }
}

/** What is in the super box of this label. @throws when there is none. */
function superBox(bytes: Uint8Array, label: string): Uint8Array {
  for (const { type, content } of boxes(bytes)) {
    if (type !== "jumb") continue;
    const [description] = boxes(content);
    if (description?.type === "jumd" && labelOf(description.content) === label) {
      return content.subarray(8 + description.content.length);
    }
  }
  throw new RangeError("no such box");
}

/** The label stands behind 16 bytes of type and one of switches. */
function labelOf(description: Uint8Array): string {
  const text = description.subarray(17);
  return new TextDecoder().decode(text.subarray(0, Math.max(0, text.indexOf(0))));
}
