import { X509Certificate } from "node:crypto";
import { decode, type Tag } from "cbor2";

/**
 * Finds the certificate that signed a manifest. Strict on purpose: in a store that could be read in two ways, the library
 * might check one signature while this finds another, so whatever is irregular or there twice is given up.
 * @param store manifest store as JUMBF boxes (ISO 19566-5).
 * @param label of the manifest, such as `urn:c2pa:...`.
 * @returns undefined when the store has no such signature; never throws.
 */
export function signingCertificateOf(store: Uint8Array, label: string): X509Certificate | undefined {
  try {
    const path = ["c2pa", label, "c2pa.signature"];
    const signature = path.reduce<Uint8Array>((inside, name) => superBox(inside, name), store);
    const [cose, ...more] = boxes(signature);
    if (cose?.type !== "cbor" || more.length > 0) return undefined;
    const [protectedHeader, unprotected] = (decode<Tag>(cose.content).contents ?? []) as [Uint8Array, unknown];
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

/** What is in the one super box of this label. @throws RangeError when there is none, or more than one. */
function superBox(bytes: Uint8Array, label: string): Uint8Array {
  const found = [...boxes(bytes)].flatMap(({ type, content }) => {
    if (type !== "jumb") return [];
    const [description] = boxes(content);
    const isWanted = description?.type === "jumd" && labelOf(description.content) === label;
    return isWanted ? [content.subarray(8 + description.content.length)] : [];
  });
  const [inside, ...more] = found;
  if (inside === undefined || more.length > 0) throw new RangeError(`${found.length} boxes of one label`);
  return inside;
}

/** Set when a description has a label. */
const hasLabel = 0x02;

/** The label stands behind 16 bytes of type and one of switches; undefined when there is none. */
function labelOf(description: Uint8Array): string | undefined {
  if (((description[16] ?? 0) & hasLabel) === 0) return undefined;
  const text = description.subarray(17);
  return new TextDecoder().decode(text.subarray(0, Math.max(0, text.indexOf(0))));
}
