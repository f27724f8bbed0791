import type { Rational } from "#model/media.js";
import { UnderstudyError } from "#model/errors.js";
import { ByteSource } from "./byte-source.js";
import { nutFileId, nutFlag, nutStartCode } from "./nut-format.js";

/** The first track of a stream that is read. */
export interface NutStream {
  readonly timeBase: Rational;
  /** The codec's tag as text, such as `I420`. */
  readonly codecTag: string;
  readonly configuration: Uint8Array;
  /** Of a picture track. */
  readonly size?: { readonly widthPixels: number; readonly heightPixels: number };
}

/** A packet of the first track. */
export interface NutPacket {
  readonly ptsTicks: number;
  readonly isKeyframe: boolean;
  readonly payload: Uint8Array;
}

/** Bytes that one payload may have; an 8K picture in 4:2:0 has 50 MB. */
const maxPayloadBytes = 2 ** 29;

/** Bytes that a header may have: a frame's is at most some twenty, a codec's own configuration may be large. */
const [maxFrameHead, maxHeaderBytes] = [64, 2 ** 24];

interface FrameCode {
  readonly flags: number;
  readonly timeDelta: number;
  readonly sizeMultiplier: number;
  readonly sizeLsb: number;
  readonly reservedCount: number;
  readonly headerIndex: number;
}

/**
 * Reads what FFmpeg's NUT muxer writes of one track. Checksums are passed over: the bytes come through a pipe from a
 * program on this machine.
 */
export class NutReader {
  readonly #bytes: ByteSource;
  readonly #allocate: (byteLength: number) => Uint8Array;
  #codes: readonly FrameCode[] = [];
  /** Beginnings of packets that the main header says once for all. */
  #elided: readonly Uint8Array[] = [];
  #timeBases: readonly Rational[] = [];
  #timeBase: Rational = { numerator: 1, denominator: 1 };
  #timeShift = 0;
  #lastTicks = 0;

  /** @param allocate gives the memory for a payload. */
  constructor(
    stream: AsyncIterable<Uint8Array>,
    allocate = (byteLength: number): Uint8Array => new Uint8Array(byteLength),
  ) {
    this.#bytes = new ByteSource(stream);
    this.#allocate = allocate;
  }

  /** Reads the headers; `undefined` when the stream ends before the first packet. */
  async open(): Promise<NutStream | undefined> {
    const id = await this.#bytes.peek(nutFileId.length);
    if (id.length < nutFileId.length) return undefined;
    if (nutFileId.compare(id, 0, nutFileId.length) !== 0) throw broken("it does not begin like one");
    this.#bytes.skip(nutFileId.length);
    for (let stream: NutStream | undefined; ;) {
      const head = await this.#bytes.peek(8);
      if (head.length < 8) return undefined;
      const code = head.readBigUInt64BE(0);
      const content = await this.#header();
      if (content === undefined) return undefined;
      if (code === nutStartCode.main) this.#readMain(content);
      if (code === nutStartCode.stream) stream ??= this.#readStream(content);
      if (code === nutStartCode.syncpoint) {
        if (stream === undefined) throw broken("a packet comes before its track");
        this.#readSyncpoint(content);
        return stream;
      }
    }
  }

  /** The next packet; `undefined` at the end of the stream, also when it ends inside a packet. */
  async next(): Promise<NutPacket | undefined> {
    for (;;) {
      const head = await this.#bytes.peek(maxFrameHead);
      if (head.length === 0) return undefined;
      if (head[0] !== 0x4e) return this.#frame(head);
      if (head.length < 8) return undefined;
      const code = head.readBigUInt64BE(0);
      const content = await this.#header();
      if (content === undefined) return undefined;
      if (code === nutStartCode.syncpoint) this.#readSyncpoint(content);
    }
  }

  async #frame(head: Buffer): Promise<NutPacket | undefined> {
    const numbers = new NumberReader(head);
    const code = this.#codes[numbers.byte()];
    if (code === undefined || (code.flags & nutFlag.invalid) !== 0) throw broken("a frame code is not valid");
    const flags = (code.flags & nutFlag.coded) === 0 ? code.flags : code.flags ^ numbers.number();
    const has = (flag: number) => (flags & flag) !== 0;
    if (has(nutFlag.streamId) && numbers.number() !== 0) throw broken("a packet of a second track");
    const ptsTicks = has(nutFlag.codedTime) ? this.#timeOf(numbers.number()) : this.#lastTicks + code.timeDelta;
    this.#lastTicks = ptsTicks;
    let byteLength = code.sizeLsb + (has(nutFlag.sizeMsb) ? code.sizeMultiplier * numbers.number() : 0);
    if (has(nutFlag.matchTime)) numbers.number();
    let headerIndex = has(nutFlag.headerIndex) ? numbers.number() : code.headerIndex;
    const reserved = has(nutFlag.reserved) ? numbers.number() : code.reservedCount;
    for (let field = 0; field < reserved; field++) numbers.number();
    if (has(nutFlag.checksum)) numbers.skip(4);
    if (numbers.isPastEnd) return undefined;
    if (has(nutFlag.sideData)) throw broken("a packet with side data");
    if (byteLength > maxPayloadBytes) throw broken(`a packet of ${byteLength} bytes`);
    if (byteLength > 4096) headerIndex = 0;
    const elided = this.#elided[headerIndex] ?? new Uint8Array(0);
    byteLength = Math.max(byteLength, elided.length);
    this.#bytes.skip(numbers.at);
    const payload = this.#allocate(byteLength);
    payload.set(elided);
    const isWhole = await this.#bytes.fill(payload.subarray(elided.length));
    return isWhole ? { ptsTicks, isKeyframe: has(nutFlag.key), payload } : undefined;
  }

  /** Small times count from the last one, as far as their bits reach. */
  #timeOf(coded: number): number {
    const span = 2 ** this.#timeShift;
    if (coded >= span) return coded - span;
    const delta = this.#lastTicks - span / 2;
    return ((((coded - delta) % span) + span) % span) + delta;
  }

  /** Contents of the header that begins here, without its checksum. */
  async #header(): Promise<NumberReader | undefined> {
    const numbers = new NumberReader(await this.#bytes.peek(maxFrameHead));
    numbers.skip(8);
    const length = numbers.number();
    if (length > 4096) numbers.skip(4);
    if (length < 4 || length > maxHeaderBytes) throw broken(`a header of ${length} bytes`);
    this.#bytes.skip(numbers.at);
    const content = Buffer.alloc(length);
    return (await this.#bytes.fill(content)) ? new NumberReader(content.subarray(0, -4)) : undefined;
  }

  #readMain(main: NumberReader): void {
    const version = main.number();
    if (version > 3) main.number();
    main.number();
    main.number();
    const count = main.number();
    this.#timeBases = Array.from({ length: Math.min(count, 16) }, () => ({
      numerator: main.number(),
      denominator: main.number(),
    }));
    this.#codes = readFrameCodes(main);
    const headers = main.isAtEnd ? 0 : Math.min(main.number(), 127);
    this.#elided = [new Uint8Array(0), ...Array.from({ length: headers }, () => main.bytes(main.number()))];
  }

  #readStream(content: NumberReader): NutStream {
    content.number();
    const isPicture = content.number() === 0;
    const codecTag = Buffer.from(content.bytes(content.number())).toString("latin1");
    this.#timeBase = this.#timeBases[content.number()] ?? this.#timeBase;
    this.#timeShift = content.number();
    // Largest step in time, frames held back, flags.
    for (let field = 0; field < 3; field++) content.number();
    const configuration = Uint8Array.from(content.bytes(content.number()));
    const [widthPixels, heightPixels] = [content.number(), content.number()];
    const size = isPicture ? { size: { widthPixels, heightPixels } } : {};
    return { timeBase: this.#timeBase, codecTag, configuration, ...size };
  }

  /** Times begin anew at a syncpoint, which states one in some track's time base. */
  #readSyncpoint(content: NumberReader): void {
    const stated = content.number();
    const base = this.#timeBases[stated % this.#timeBases.length] ?? this.#timeBase;
    const ticks = Math.floor(stated / Math.max(1, this.#timeBases.length));
    const { numerator, denominator } = this.#timeBase;
    this.#lastTicks = Math.floor((ticks * base.numerator * denominator) / (base.denominator * numerator));
  }
}

/** The table by which a frame's first byte says the rest of its header. */
function readFrameCodes(main: NumberReader): FrameCode[] {
  const codes: FrameCode[] = [];
  const invalid: FrameCode = {
    flags: nutFlag.invalid,
    timeDelta: 0,
    sizeMultiplier: 1,
    sizeLsb: 0,
    reservedCount: 0,
    headerIndex: 0,
  };
  let [timeDelta, sizeMultiplier, headerIndex] = [0, 1, 0];
  while (codes.length < 256 && !main.isPastEnd) {
    const flags = main.number();
    const fields = main.number();
    if (fields > 0) timeDelta = main.signed();
    if (fields > 1) sizeMultiplier = main.number();
    if (fields > 2) main.number();
    const size = fields > 3 ? main.number() : 0;
    const reservedCount = fields > 4 ? main.number() : 0;
    const count = fields > 5 ? main.number() : sizeMultiplier - size;
    if (fields > 6) main.number();
    if (fields > 7) headerIndex = main.number();
    for (let field = 8; field < fields; field++) main.number();
    for (let number = 0; number < count && codes.length < 256; number++) {
      if (codes.length === 0x4e) codes.push(invalid);
      codes.push({ flags, timeDelta, sizeMultiplier, sizeLsb: size + number, reservedCount, headerIndex });
    }
    if (codes.length === 0x4e) codes.push(invalid);
  }
  return codes;
}

/** Reads numbers from bytes; behind the end they are 0. */
class NumberReader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  get isPastEnd(): boolean {
    return this.at > this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.at++] ?? 0;
  }

  number(): number {
    let value = 0;
    for (let byte = this.byte(); ; byte = this.byte()) {
      value = value * 128 + (byte & 0x7f);
      if (byte < 128) return value;
    }
  }

  signed(): number {
    const value = this.number() + 1;
    return value % 2 === 1 ? -(value - 1) / 2 : value / 2;
  }

  bytes(byteLength: number): Uint8Array {
    this.at += byteLength;
    return this.#bytes.subarray(this.at - byteLength, this.at);
  }

  skip(byteLength: number): void {
    this.at += byteLength;
  }
}

function broken(what: string): UnderstudyError {
  return new UnderstudyError("internal-error", `FFmpeg answered with a stream that cannot be read: ${what}.`);
}
