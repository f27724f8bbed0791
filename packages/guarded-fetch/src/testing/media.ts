import { randomBytes } from "node:crypto";

/** Bytes that begin like an MP4 file and go on with noise. */
export function fakeVideo(byteLength: number): Buffer {
  const head = Buffer.from("\0\0\0\x18ftypisom\0\0\x02\0isommp42", "latin1");
  return Buffer.concat([head, randomBytes(byteLength - head.byteLength)]);
}
