/** What is read of a TrueType or OpenType font: how wide its characters are. Lengths are shares of the em. */
export interface FontMetrics {
  /** Advance of a character; undefined when the font has none for it. */
  advanceOf(codePoint: number): number | undefined;
  /** Height of a line as Windows and ASS renderers count it: `usWinAscent` + `usWinDescent` of the table OS/2. */
  readonly lineHeight: number;
}

/**
 * Reads the tables `head`, `hhea`, `hmtx`, `OS/2` and `cmap` (format 4) of a font file (OpenType 1.9). Kerning is left out: in
 * running text it makes a line narrower.
 * @throws RangeError for a file that is none, or is cut short.
 */
export function readTrueType(bytes: Uint8Array): FontMetrics {
  const tables = readTables(bytes);
  const unitsPerEm = tables.get("head").getUint16(18);
  const windows = tables.get("OS/2");
  const advances = tables.get("hmtx");
  const lastAdvance = tables.get("hhea").getUint16(34) - 1;
  const glyphs = readCharacterMap(tables.get("cmap"));
  return {
    lineHeight: (windows.getUint16(74) + windows.getUint16(76)) / unitsPerEm,
    advanceOf(codePoint) {
      const glyph = glyphs.get(codePoint);
      return glyph === undefined ? undefined : advances.getUint16(Math.min(glyph, lastAdvance) * 4) / unitsPerEm;
    },
  };
}

function readTables(bytes: Uint8Array): { get(name: string): DataView } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = new Map<string, DataView>();
  for (let table = 0; table < view.getUint16(4); table++) {
    const entry = 12 + table * 16;
    const name = String.fromCharCode(...bytes.subarray(entry, entry + 4));
    const [start, length] = [view.getUint32(entry + 8), view.getUint32(entry + 12)];
    if (start + length > bytes.length) throw new RangeError(`the font's table ${name} is cut off`);
    places.set(name, new DataView(bytes.buffer, bytes.byteOffset + start, length));
  }
  return {
    get(name) {
      const found = places.get(name);
      if (found === undefined) throw new RangeError(`the font has no table ${name}`);
      return found;
    },
  };
}

/** Code points of the basic plane and their glyphs: the Windows Unicode map, which every such font has. */
function readCharacterMap(cmap: DataView): Map<number, number> {
  const glyphs = new Map<number, number>();
  const start = unicodeMapOf(cmap);
  const segments = cmap.getUint16(start + 6) / 2;
  const field = (column: number, segment: number) => start + 14 + column * segments * 2 + segment * 2;
  for (let segment = 0; segment < segments; segment++) {
    const last = cmap.getUint16(field(0, segment));
    // Two bytes of padding stand behind the first column.
    const first = cmap.getUint16(field(1, segment) + 2);
    const delta = cmap.getUint16(field(2, segment) + 2);
    const offsetPlace = field(3, segment) + 2;
    const offset = cmap.getUint16(offsetPlace);
    for (let code = first; code <= last && code < 0xff_ff; code++) {
      const listed = offset === 0 ? code : cmap.getUint16(offsetPlace + offset + (code - first) * 2);
      const glyph = listed === 0 ? 0 : (listed + delta) & 0xff_ff;
      if (glyph !== 0) glyphs.set(code, glyph);
    }
  }
  return glyphs;
}

function unicodeMapOf(cmap: DataView): number {
  for (let map = 0; map < cmap.getUint16(2); map++) {
    const entry = 4 + map * 8;
    const start = cmap.getUint32(entry + 4);
    const isUnicode = cmap.getUint16(entry) === 3 && cmap.getUint16(entry + 2) === 1;
    if (isUnicode && cmap.getUint16(start) === 4) return start;
  }
  throw new RangeError("the font has no character map of format 4");
}
