/** A packet of AAC without its own header, and what that header says. */
export interface AdtsPacket {
  readonly payload: Uint8Array;
  /** AudioSpecificConfig of ISO/IEC 14496-3. */
  readonly configuration: Uint8Array;
}

/**
 * Takes the 7 or 9 bytes of ADTS off a packet (ISO/IEC 13818-7, 6.2), which transport streams put in front of each and MP4
 * keeps once; `undefined` for a packet without them.
 */
export function splitAdts(packet: Uint8Array): AdtsPacket | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = packet;
  if (packet.length < 7 || first !== 0xff || (second & 0xf6) !== 0xf0) return undefined;
  const objectType = (third >> 6) + 1;
  const rateIndex = (third >> 2) & 15;
  const channels = ((third & 1) << 2) | (fourth >> 6);
  const configuration = Uint8Array.of((objectType << 3) | (rateIndex >> 1), ((rateIndex & 1) << 7) | (channels << 3));
  return { payload: packet.subarray((second & 1) === 1 ? 7 : 9), configuration };
}
