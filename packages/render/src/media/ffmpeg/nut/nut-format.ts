/**
 * What reader and writer of NUT share (NUT specification, https://ffmpeg.org/~michael/nut.txt). NUT is the container in
 * which packets and pictures go to FFmpeg's programs and come back: it needs no seeking, and a time is a whole number of
 * any time base.
 */
export const nutFileId = Buffer.from("nut/multimedia container\0", "latin1");

/** The eight bytes in front of a header. Every other byte in front of a frame is a frame code, and none is `N`. */
export const nutStartCode = {
  main: 0x4e4d_7a56_1f5f_04adn,
  stream: 0x4e53_1140_5bf2_f9dbn,
  syncpoint: 0x4e4b_e4ad_eeca_4569n,
} as const;

/** Bits of a frame code's flags. */
export const nutFlag = {
  key: 1,
  codedTime: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  sideData: 256,
  headerIndex: 1024,
  matchTime: 2048,
  coded: 4096,
  invalid: 8192,
} as const;

/** A number in groups of seven bits, most significant first (`v` in the specification). Exact up to 2^53. */
export function nutNumber(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(128 + (rest % 128));
  return bytes;
}

/** A number that may be negative (`s` in the specification). */
export function nutSigned(value: number): number[] {
  return nutNumber(2 * Math.abs(value) - (value > 0 ? 1 : 0));
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
  return value >>> 0;
});

/** CRC-32 with the polynomial 04C11DB7, highest bit first, starting at 0, as four bytes. */
export function nutChecksum(bytes: Uint8Array): Uint8Array {
  let sum = 0;
  for (const byte of bytes) sum = (sum << 8) ^ (table[((sum >>> 24) ^ byte) & 0xff] ?? 0);
  return Uint8Array.of(sum >>> 24, (sum >>> 16) & 0xff, (sum >>> 8) & 0xff, sum & 0xff);
}
