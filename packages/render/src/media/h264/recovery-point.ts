/** Type of a recovery point among supplements (ITU-T H.264, D.1.8). */
const recoveryPoint = 6;

/** Recovery points stand among the first messages; encoders put long texts into units of their own. */
const maxBytes = 256;

/**
 * Whether a supplement (SEI) says that its very picture and all shown after it come out exactly when decoding begins with it: that
 * is how encoders mark the I pictures of open groups.
 */
export function holdsExactRecovery(nal: Uint8Array): boolean {
  const bytes = unescaped(nal.subarray(1, maxBytes));
  let at = 0;
  const count = (): number => {
    let value = 0;
    while (bytes[at] === 255) value += bytes[at++] ?? 0;
    return value + (bytes[at++] ?? 0);
  };
  while (at + 2 < bytes.length) {
    const type = count();
    const byteLength = count();
    // `recovery_frame_cnt` 0 is the bit 1; `exact_match_flag` follows.
    if (type === recoveryPoint) return (bytes[at] ?? 0) >> 6 === 0b11;
    at += byteLength;
  }
  return false;
}

/** Without emulation prevention bytes (00 00 03). */
function unescaped(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, at) => !(at >= 2 && byte === 3 && bytes[at - 1] === 0 && bytes[at - 2] === 0));
}
