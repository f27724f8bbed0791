import { BitReader } from "./bits.js";

/** The decoder configuration record of an `avc1` track (ISO/IEC 14496-15, 5.3.3.1). */
export interface AvcConfiguration {
  readonly profile: number;
  readonly compatibility: number;
  readonly level: number;
  readonly lengthBytes: number;
  readonly sequenceSets: readonly Uint8Array[];
  readonly pictureSets: readonly Uint8Array[];
  /** Chroma format and bit depths, which follow for profile 100 and above. */
  readonly tail: Uint8Array;
}

/** What cutting must know of a sequence parameter set. */
export interface SequenceSet {
  readonly profile: number;
  readonly compatibility: number;
  readonly level: number;
  readonly id: number;
  /** 0 = grey, 1 = 4:2:0, 2 = 4:2:2, 3 = 4:4:4. */
  readonly chromaFormat: number;
  readonly bitDepth: number;
  /** False when pictures may be coded as fields or macroblock pairs. */
  readonly isFrameOnly: boolean;
}

/** Reads `avcC` contents; `undefined` when they are none (Annex B extradata, or cut short). */
export function parseAvcConfiguration(record: Uint8Array): AvcConfiguration | undefined {
  if (record.length < 7 || record[0] !== 1) return undefined;
  const sets: Uint8Array[][] = [[], []];
  let offset = 5;
  for (const [kind, mask] of [0x1f, 0xff].entries()) {
    const count = (record[offset++] ?? 0) & mask;
    for (let index = 0; index < count; index++) {
      const length = ((record[offset] ?? 0) << 8) | (record[offset + 1] ?? 0);
      const end = offset + 2 + length;
      if (length === 0 || end > record.length) return undefined;
      sets[kind]?.push(record.slice(offset + 2, end));
      offset = end;
    }
  }
  return {
    profile: record[1] ?? 0,
    compatibility: record[2] ?? 0,
    level: record[3] ?? 0,
    lengthBytes: ((record[4] ?? 0) & 3) + 1,
    sequenceSets: sets[0] ?? [],
    pictureSets: sets[1] ?? [],
    tail: record.slice(offset),
  };
}

/** Writes `avcC` contents. */
export function writeAvcConfiguration(configuration: AvcConfiguration): Uint8Array {
  const { profile, compatibility, level, lengthBytes, sequenceSets, pictureSets, tail } = configuration;
  const withLength = (nal: Uint8Array) => [nal.length >> 8, nal.length & 0xff, ...nal];
  return Uint8Array.from([
    1, profile, compatibility, level, 0xfc | (lengthBytes - 1),
    0xe0 | sequenceSets.length, ...sequenceSets.flatMap(withLength),
    pictureSets.length, ...pictureSets.flatMap(withLength),
    ...tail,
  ]);
}

/** A configuration made only of what an encoder gave, for tracks that are encoded as a whole. */
export function configurationOf(sequenceSets: readonly Uint8Array[], pictureSets: readonly Uint8Array[]): AvcConfiguration {
  const first = sequenceSets[0];
  if (first === undefined) throw new Error("an H.264 track needs a sequence parameter set");
  const set = parseSequenceSet(first);
  const { profile, compatibility, level, chromaFormat, bitDepth } = set;
  const tail = hasChromaFields(profile) ? [0xfc | chromaFormat, 0xf8 | (bitDepth - 8), 0xf8 | (bitDepth - 8), 0] : [];
  return { profile, compatibility, level, lengthBytes: 4, sequenceSets, pictureSets, tail: Uint8Array.from(tail) };
}

/**
 * One configuration for copied and newly encoded packets: both parameter-set pairs, the higher level and profile, and only
 * the compatibility promises that both make. Sets that are already there are not repeated.
 */
export function mergeConfigurations(source: AvcConfiguration, added: readonly AvcConfiguration[]): AvcConfiguration {
  let merged = source;
  for (const next of added) {
    merged = {
      ...merged,
      profile: Math.max(merged.profile, next.profile),
      compatibility: merged.compatibility & next.compatibility,
      level: Math.max(merged.level, next.level),
      sequenceSets: union(merged.sequenceSets, next.sequenceSets),
      pictureSets: union(merged.pictureSets, next.pictureSets),
      tail: merged.tail.length > 0 ? merged.tail : next.tail,
    };
  }
  return merged;
}

/** Reads the head of a sequence parameter set (ITU-T H.264, 7.3.2.1.1). */
export function parseSequenceSet(nal: Uint8Array): SequenceSet {
  const bits = new BitReader(nal.subarray(4));
  const profile = nal[1] ?? 0;
  const id = bits.unsigned();
  let chromaFormat = 1;
  let bitDepth = 8;
  if (hasChromaFields(profile)) {
    chromaFormat = bits.unsigned();
    if (chromaFormat === 3) bits.bits(1);
    bitDepth = Math.max(8 + bits.unsigned(), 8 + bits.unsigned());
    bits.bits(1);
    if (bits.bits(1) === 1) skipScalingLists(bits, chromaFormat === 3 ? 12 : 8);
  }
  bits.unsigned();
  skipPictureOrder(bits);
  bits.unsigned();
  bits.bits(1);
  bits.unsigned();
  bits.unsigned();
  const isFrameOnly = bits.bits(1) === 1;
  return { profile, compatibility: nal[2] ?? 0, level: nal[3] ?? 0, id, chromaFormat, bitDepth, isFrameOnly };
}

/** The lowest parameter-set id above 0 that neither kind of set uses; the source keeps its own. */
export function freeParameterSetId(configuration: AvcConfiguration): number | undefined {
  const used = new Set<number>();
  for (const nal of configuration.sequenceSets) used.add(parseSequenceSet(nal).id);
  for (const nal of configuration.pictureSets) used.add(new BitReader(nal.subarray(1)).unsigned());
  for (let id = 1; id < 32; id++) if (!used.has(id)) return id;
  return undefined;
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.unsigned();
  if (type === 0) bits.unsigned();
  if (type !== 1) return;
  bits.bits(1);
  bits.signed();
  bits.signed();
  for (let left = bits.unsigned(); left > 0; left--) bits.signed();
}

function skipScalingLists(bits: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (bits.bits(1) === 0) continue;
    let last = 8;
    let next = 8;
    for (let entry = 0; entry < (list < 6 ? 16 : 64); entry++) {
      if (next !== 0) next = (last + bits.signed() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
}

/** Profiles that store chroma format and bit depth. */
function hasChromaFields(profile: number): boolean {
  return [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134].includes(profile);
}

function union(left: readonly Uint8Array[], right: readonly Uint8Array[]): readonly Uint8Array[] {
  const added = right.filter((nal) => !left.some((other) => Buffer.compare(nal, other) === 0));
  return [...left, ...added];
}
