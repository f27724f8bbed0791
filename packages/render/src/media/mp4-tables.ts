/** Reads at most `length` bytes at `position`; fewer at the end of the file. */
export type ReadAt = (position: number, length: number) => Buffer;

/** What the tables inside one track or fragment announce. */
export interface Tables {
  stszSamples: number;
  fragmentSamples: number;
  chunks: number;
  /** Entries of `stsc`: from this chunk on, so many samples a chunk. */
  readonly chunkRuns: { readonly firstChunk: number; readonly samples: number }[];
  /** Every `stts` says that each sample lasts one tick, as in uncompressed sound; undefined without `stts`. */
  isOneTickEach: boolean | undefined;
  hasOffsets: boolean;
  readonly handlers: Set<string>;
  durationSeconds: number;
}

const pieceBytes = 1 << 20;

/** Bytes behind a name that its fields take; `mdhd` in its long form has the most. */
const fieldBytes = 40;

/** Entries of `stsc` that are read; uncompressed sound has two in an hour or, badly interleaved, one a chunk. */
const maxChunkRuns = 1_000_000;

const names = {
  stsz: 0x7374737a,
  stz2: 0x73747a32,
  stts: 0x73747473,
  stsc: 0x73747363,
  stco: 0x7374636f,
  co64: 0x636f3634,
  ctts: 0x63747473,
  trun: 0x7472756e,
  mdhd: 0x6d646864,
  hdlr: 0x68646c72,
} as const;

/** First letters of the names. */
const isFirstLetter = new Uint8Array(256);
for (const name of Object.values(names)) isFirstLetter[name >>> 24] = 1;

/**
 * Finds the tables between two bytes by their names, not by walking boxes, so no odd nesting hides one. Entries of real
 * tables hold a zero in every four bytes, so they are not taken for names.
 */
export async function searchTables(
  read: ReadAt,
  from: number,
  to: number,
  turn: () => Promise<void> | undefined,
): Promise<Tables> {
  const tables: Tables = {
    stszSamples: 0,
    fragmentSamples: 0,
    chunks: 0,
    chunkRuns: [],
    isOneTickEach: undefined,
    hasOffsets: false,
    handlers: new Set(),
    durationSeconds: 0,
  };
  for (let at = from; at < to; at += pieceBytes) {
    await turn();
    const piece = read(at, Math.min(pieceBytes + fieldBytes, to - at));
    const last = Math.min(pieceBytes - 1, piece.length - 4);
    for (let name = 0; name <= last; name++) {
      if (isFirstLetter[piece[name] ?? 0] === 0) continue;
      const word = piece.readUInt32BE(name);
      noteTable(tables, word, (offset) => (name + offset + 4 <= piece.length ? piece.readUInt32BE(name + offset) : 0));
      if (word === names.stsc) noteChunkRuns(tables, read, at + name + 8, to);
    }
  }
  return tables;
}

/** `field` gives 32 bits at an offset from the table's name. */
function noteTable(tables: Tables, word: number, field: (offset: number) => number): void {
  if (word === names.stsz || word === names.stz2) tables.stszSamples = Math.max(tables.stszSamples, field(12));
  if (word === names.trun) tables.fragmentSamples += field(8);
  if (word === names.stco || word === names.co64) tables.chunks = Math.max(tables.chunks, field(8));
  if (word === names.ctts) tables.hasOffsets = true;
  if (word === names.stts) {
    tables.isOneTickEach = (tables.isOneTickEach ?? true) && field(8) === 1 && field(16) === 1;
  }
  if (word === names.hdlr) {
    const handler = Buffer.alloc(4);
    handler.writeUInt32BE(field(12));
    tables.handlers.add(handler.toString("latin1"));
  }
  if (word === names.mdhd) {
    const isLong = field(4) >>> 24 === 1;
    const [rate, ticks] = isLong ? [field(24), field(28) * 2 ** 32 + field(32)] : [field(16), field(20)];
    if (rate > 0) tables.durationSeconds = Math.max(tables.durationSeconds, ticks / rate);
  }
}

function noteChunkRuns(tables: Tables, read: ReadAt, at: number, to: number): void {
  if (at + 4 > to || tables.chunkRuns.length >= maxChunkRuns) return;
  const count = Math.min(read(at, 4).readUInt32BE(0), Math.floor((to - at - 4) / 12), maxChunkRuns);
  const bytes = read(at + 4, count * 12);
  for (let entry = 0; entry + 12 <= bytes.length; entry += 12) {
    tables.chunkRuns.push({ firstChunk: bytes.readUInt32BE(entry), samples: bytes.readUInt32BE(entry + 4) });
  }
}

/**
 * Packets that FFmpeg lists for a track or fragment. In uncompressed sound every moment is a sample of its own, and FFmpeg
 * lists pieces of 864 to 1024 samples, chunk by chunk.
 */
export function trackPackets(tables: Tables): number {
  const { stszSamples, fragmentSamples, chunkRuns, chunks, handlers } = tables;
  // Beside the track's own handler QuickTime keeps one for where the data lie.
  const isSound = handlers.has("soun") && [...handlers].every((one) => ["soun", "alis", "url "].includes(one));
  if (!isSound || !tables.isOneTickEach || tables.hasOffsets) return stszSamples + fragmentSamples;
  let packets = fragmentSamples;
  for (const [number, { firstChunk, samples }] of chunkRuns.entries()) {
    const endChunk = Math.min(chunks, (chunkRuns[number + 1]?.firstChunk ?? chunks + 1) - 1);
    packets += Math.max(0, endChunk - firstChunk + 1) * Math.ceil(samples / 864);
  }
  return packets;
}
