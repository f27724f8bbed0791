/** A real packet has fewer in front of its first slice: a delimiter, some parameter sets and supplements. */
const maxUnits = 64;

const startCode = Buffer.of(0, 0, 1);

/** Says of the first bytes of a NAL unit whether it is a slice. */
type IsSlice = (nal: Uint8Array) => boolean;

/**
 * Splits packets of an H.264 or HEVC track into NAL units up to the first slice, whose end is left uncut: whatever tells how a picture
 * is decoded stands in front of it. Undefined for a packet that makes no sense or holds no slice.
 * @param configuration `avcC` and `hvcC` records begin with 1 and mean a length in front of each unit; others mean start codes.
 * @param lengthByteAt byte of such a record whose two lowest bits are the size of a length, less one.
 */
export function createHeadSplitter(
  configuration: Uint8Array,
  lengthByteAt: number,
  isSlice: IsSlice,
): (payload: Uint8Array) => readonly Buffer[] | undefined {
  const lengthBytes = ((configuration[lengthByteAt] ?? 0) & 3) + 1;
  const isPrefixed = configuration[0] === 1;
  return (payload) => {
    const packet = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    const units = isPrefixed ? prefixedUnits(packet, lengthBytes) : delimitedUnits(packet, isSlice);
    const head: Buffer[] = [];
    for (const nal of units) {
      if (head.push(nal) > maxUnits) break;
      if (isSlice(nal)) return head;
    }
    return undefined;
  };
}

function* prefixedUnits(packet: Buffer, lengthBytes: number): Generator<Buffer> {
  for (let at = 0; at + lengthBytes < packet.length;) {
    const start = at + lengthBytes;
    at = start + packet.readUIntBE(at, lengthBytes);
    if (at > start) yield packet.subarray(start, at);
  }
}

/** The slice goes to the end of the packet, so that nobody looks for a start code in it. */
function* delimitedUnits(packet: Buffer, isSlice: IsSlice): Generator<Buffer> {
  for (let at = packet.indexOf(startCode); at >= 0;) {
    const rest = packet.subarray(at + startCode.length);
    at = isSlice(rest) ? -1 : packet.indexOf(startCode, at + startCode.length);
    yield at < 0 ? rest : withoutTrailingZeros(packet.subarray(rest.byteOffset - packet.byteOffset, at));
  }
}

/** They belong to the next start code. */
function withoutTrailingZeros(nal: Buffer): Buffer {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return nal.subarray(0, end);
}
