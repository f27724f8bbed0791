import type { MappedText } from "#model/mapped-text.js";

/** Mapped texts of one file, one after the other; each part keeps its lines. */
export function mappedJoin(path: string, parts: readonly MappedText[]): MappedText {
  const starts: number[] = [];
  let length = 0;
  for (const part of parts) {
    starts.push(length);
    length += part.text.length;
  }
  return {
    text: parts.map((part) => part.text).join(""),
    path,
    lineAt: (offset) => {
      const index = Math.max(
        0,
        starts.findLastIndex((start) => start <= offset),
      );
      return parts[index]?.lineAt(offset - (starts[index] ?? 0)) ?? 1;
    },
  };
}
