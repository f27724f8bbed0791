import { expect, test } from "vitest";
import { mediaTypeOf } from "./media-type.js";

test.each([
  ["\0\0\0\x20ftypisom", "video/mp4"],
  ["\0\0\0\x20ftypqt  ", "video/mp4"],
  ["\0\0\0\x20ftypM4A ", "audio/mp4"],
  ["\0\0\0\x20ftypavif", "image/avif"],
  ["\0\0\0\x20ftypheic", "image/heic"],
  ["\0\0\0\x20ftyp", "video/mp4"],
  ["RIFF\0\0\0\0WAVEfmt ", "audio/wav"],
  ["RIFF\0\0\0\0WEBPVP8 ", "image/webp"],
  ["RIFF\0\0\0\0AVI LIST", "video/avi"],
  ["RIFF\0\0\0\0oops", undefined],
  ["ID3\x04\0", "audio/mpeg"],
  ["\xff\xfb\x90\x64", "audio/mpeg"],
  ["\xff\xd8\xff\xe0", "image/jpeg"],
  ["\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"],
  ["GIF89a", "image/gif"],
  ["II*\0\x08", "image/tiff"],
  ["MM\0*\0", "image/tiff"],
  ["fLaC\0", "audio/flac"],
  ["\0\0\0\x0cJXL \r\n", "image/jxl"],
  ["\x1aE\xdf\xa3", undefined],
  ["hello", undefined],
  ["", undefined],
])("a file that begins with %j is %s", (start, mediaType) => {
  expect(mediaTypeOf(Buffer.from(start, "latin1"))).toBe(mediaType);
});
