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
    1,
    profile,
    compatibility,
    level,
    0xfc | (lengthBytes - 1),
    0xe0 | sequenceSets.length,
    ...sequenceSets.flatMap(withLength),
    pictureSets.length,
    ...pictureSets.flatMap(withLength),
    ...tail,
  ]);
}

/** A configuration made only of what an encoder gave, for tracks that are encoded as a whole. */
export function configurationOf(
  sequenceSets: readonly Uint8Array[],
  pictureSets: readonly Uint8Array[],
): AvcConfiguration {
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
 * @throws Error when two different sets share an id: packets would be decoded with the wrong one.
 */
export function mergeConfigurations(source: AvcConfiguration, added: readonly AvcConfiguration[]): AvcConfiguration {
  const all = [source, ...added];
  return {
    profile: Math.max(...all.map((one) => one.profile)),
    compatibility: all.reduce((common, one) => common & one.compatibility, 0xff),
    level: Math.max(...all.map((one) => one.level)),
    lengthBytes: source.lengthBytes,
    sequenceSets: unionById(
      all.flatMap((one) => one.sequenceSets),
      sequenceSetId,
    ),
    pictureSets: unionById(
      all.flatMap((one) => one.pictureSets),
      pictureSetId,
    ),
    tail: all.find((one) => one.tail.length > 0)?.tail ?? new Uint8Array(0),
  };
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

/** Parameter-set ids above 0 that neither kind of set uses, ascending; the source keeps its own. */
export function freeParameterSetIds(configuration: AvcConfiguration): number[] {
  const used = new Set([
    ...configuration.sequenceSets.map(sequenceSetId),
    ...configuration.pictureSets.map(pictureSetId),
  ]);
  return Array.from({ length: 31 }, (_, at) => at + 1).filter((id) => !used.has(id));
}

function sequenceSetId(nal: Uint8Array): number {
  return parseSequenceSet(nal).id;
}

function pictureSetId(nal: Uint8Array): number {
  return new BitReader(nal.subarray(1, 9)).unsigned();
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

function unionById(sets: readonly Uint8Array[], idOf: (nal: Uint8Array) => number): Uint8Array[] {
  const byId = new Map<number, Uint8Array>();
  for (const nal of sets) {
    const known = byId.get(idOf(nal));
    if (known !== undefined && Buffer.compare(known, nal) !== 0)
      throw new Error(`two parameter sets have id ${idOf(nal)}`);
    byId.set(idOf(nal), nal);
  }
  return [...byId.values()];
}
