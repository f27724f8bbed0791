import { box, fullBox, u32 } from "./boxes.js";

/** FFmpeg's names of what a film says of itself, and the boxes that players read them from. */
const boxOfTag: Readonly<Record<string, string>> = {
  title: "\u00a9nam",
  artist: "\u00a9ART",
  album_artist: "aART",
  composer: "\u00a9wrt",
  album: "\u00a9alb",
  date: "\u00a9day",
  comment: "\u00a9cmt",
  genre: "\u00a9gen",
  copyright: "cprt",
  grouping: "\u00a9grp",
  lyrics: "\u00a9lyr",
  description: "desc",
  synopsis: "ldes",
  show: "tvsh",
};

/** Bytes of one text that are written. */
const maxText = 65_536;

/** `udta` with the tags that MP4 has a box for; empty when there are none. */
export function tagsBox(tags: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(tags).flatMap(([name, text]) => {
    const type = Object.hasOwn(boxOfTag, name.toLowerCase()) ? boxOfTag[name.toLowerCase()] : undefined;
    // 1 = text in UTF-8, of no country.
    return type === undefined ? [] : [box(type, box("data", u32(1, 0), Buffer.from(text).subarray(0, maxText)))];
  });
  if (entries.length === 0) return Buffer.alloc(0);
  const handler = fullBox("hdlr", 0, 0, u32(0), Buffer.from("mdirappl"), Buffer.alloc(9));
  return box("udta", fullBox("meta", 0, 0, handler, box("ilst", ...entries)));
}

/** Seconds since 1904 of the moment that a film was made; 0 when it does not say so. */
export function creationSeconds(tags: Readonly<Record<string, string>>): number {
  const time = Date.parse(tags["creation_time"] ?? "");
  const from1904 = 2_082_844_800;
  return Number.isNaN(time) ? 0 : Math.max(0, Math.floor(time / 1000) + from1904);
}
