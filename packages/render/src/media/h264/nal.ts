/** NAL unit types of H.264 (ITU-T H.264 table 7-1) that matter for cutting. */
export const nalType = { slice: 1, idrSlice: 5, supplement: 6, sequenceSet: 7, pictureSet: 8, delimiter: 9 } as const;

/** The type of a NAL unit, from its first byte. */
export function nalTypeOf(nal: Uint8Array): number {
  return (nal[0] ?? 0) & 0x1f;
}

/** Splits a packet whose NAL units carry a 4-byte length, as in MP4; `undefined` when the lengths do not add up. */
export function splitLengthPrefixed(packet: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const nals: Uint8Array[] = [];
  let offset = 0;
  while (offset < packet.length) {
    if (offset + 4 > packet.length) return undefined;
    const end = offset + 4 + view.getUint32(offset);
    if (end > packet.length) return undefined;
    if (end > offset + 4) nals.push(packet.subarray(offset + 4, end));
    offset = end;
  }
  return nals;
}

/** Splits a packet whose NAL units follow start codes, as x264 gives them. */
export function splitAnnexB(packet: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = [];
  let start = -1;
  for (let at = 0; at + 2 < packet.length; at++) {
    if (packet[at] !== 0 || packet[at + 1] !== 0 || packet[at + 2] !== 1) continue;
    if (start >= 0) nals.push(withoutTrailingZeros(packet.subarray(start, at)));
    start = at + 3;
    at += 2;
  }
  if (start >= 0) nals.push(packet.subarray(start));
  return nals;
}

/** A fourth zero belongs to the next start code. */
function withoutTrailingZeros(nal: Uint8Array): Uint8Array {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return nal.subarray(0, end);
}

/** Writes NAL units as MP4 stores them. */
export function joinLengthPrefixed(nals: readonly Uint8Array[]): Uint8Array {
  const packet = new Uint8Array(nals.reduce((sum, nal) => sum + 4 + nal.length, 0));
  const view = new DataView(packet.buffer);
  let offset = 0;
  for (const nal of nals) {
    view.setUint32(offset, nal.length);
    packet.set(nal, offset + 4);
    offset += 4 + nal.length;
  }
  return packet;
}
