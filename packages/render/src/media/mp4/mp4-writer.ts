import { open, type FileHandle } from "node:fs/promises";
import { nameWriteError } from "#media/write-error.js";
import { splitAdts } from "./adts.js";
import { box, fullBox, u16, u32, u64 } from "./boxes.js";
import { Interleaver, type Timed } from "./interleaver.js";
import { creationSeconds, tagsBox } from "./movie-tags.js";
import type { TrackEntry } from "./sample-entry.js";
import { SampleList } from "./sample-list.js";
import { trackBox, trackDuration, type Mp4Track } from "./track-box.js";

/** How a film is laid out. */
export interface Mp4Settings {
  /** Ticks a second of the clock that all tracks share. */
  readonly movieTicksPerSecond: number;
  /** What the film says of itself, by FFmpeg's names. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A packet to be written; times in ticks of its track. */
export interface Mp4Packet {
  readonly ptsTicks: number;
  readonly dtsTicks: number;
  readonly durationTicks: number;
  readonly isKeyframe: boolean;
  readonly payload: Uint8Array;
}

interface WaitingPacket extends Timed {
  readonly packet: Mp4Packet;
}

const fileType = box("ftyp", Buffer.from("isom"), u32(512), Buffer.from("isomiso2avc1mp41"));

/** Bytes that are gathered before they are written. */
const blockBytes = 2 ** 20;

/**
 * Writes an MP4 (ISO/IEC 14496-12) with the index in front. Every time stays the tick it was given as: tracks have the
 * clocks of their sources, and an edit list says where they begin. Data are written as they come and moved once at the end.
 */
export class Mp4Writer {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #settings: Mp4Settings;
  readonly #tracks: Mp4Track[] = [];
  readonly #firstPayloads: Uint8Array[] = [];
  #interleaver: Interleaver<WaitingPacket> | undefined;
  #blocks: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Where the next payload goes: behind the file's type and 16 bytes for the head of the data. */
  #offset = fileType.length + 16;
  #isClosed = false;

  /** Creates or empties the file. @throws UnderstudyError `output-write-failed`, `disk-full`. */
  static async create(path: string, settings: Mp4Settings): Promise<Mp4Writer> {
    const file = await open(path, "w+").catch((error: unknown) => {
      throw nameWriteError(path, error);
    });
    return new Mp4Writer(path, file, settings);
  }

  private constructor(path: string, file: FileHandle, settings: Mp4Settings) {
    this.#path = path;
    this.#file = file;
    this.#settings = settings;
    this.#blocks.push(fileType, Buffer.alloc(16));
  }

  /** Adds a track before the first packet; gives its number. */
  addTrack(track: Omit<Mp4Track, "samples">): number {
    return this.#tracks.push({ ...track, samples: new SampleList() }) - 1;
  }

  /** Takes the next packet of a track; its payload is copied. */
  async write(track: number, packet: Mp4Packet): Promise<void> {
    const rate = this.#tracks[track]?.ticksPerSecond;
    if (rate === undefined) throw new Error(`there is no output track ${track}`);
    this.#interleaver ??= new Interleaver(this.#tracks.length);
    const kept = { ...packet, payload: Uint8Array.from(packet.payload) };
    await this.#store(this.#interleaver.add({ track, seconds: packet.dtsTicks / rate, packet: kept }));
  }

  /** Writes the index in front of the data. */
  async finish(): Promise<void> {
    await this.#store(this.#interleaver?.finish() ?? []);
    try {
      await this.#flush();
      const dataBytes = this.#offset - fileType.length - 16;
      // FFmpeg reads a short head and eight empty bytes; a long head takes their room.
      const head =
        dataBytes + 8 < 2 ** 32
          ? [box("free"), u32(dataBytes + 8), Buffer.from("mdat")]
          : [u32(1), Buffer.from("mdat"), u64(dataBytes + 16)];
      await this.#file.write(Buffer.concat(head), 0, 16, fileType.length);
      const index = this.#index(this.#index(0).length);
      await moveBack(this.#file, fileType.length, this.#offset, index.length);
      await this.#file.write(index, 0, index.length, fileType.length);
      this.#isClosed = true;
      await this.#file.close();
    } catch (error) {
      throw nameWriteError(this.#path, error);
    }
  }

  /** Closes the file as it is; safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Nothing is left to be written, so nothing can fail that matters.
    this.#file.close().catch(() => undefined);
  }

  async #store(packets: readonly WaitingPacket[]): Promise<void> {
    for (const { track, packet } of packets) {
      const { payload: given, ...times } = packet;
      this.#firstPayloads[track] ??= given;
      const payload = storedPayload(this.#tracks[track]?.entry, given);
      this.#tracks[track]?.samples.add({ ...times, byteLength: payload.length, offset: this.#offset });
      this.#blocks.push(payload);
      this.#offset += payload.length;
      this.#waitingBytes += payload.length;
      if (this.#waitingBytes >= blockBytes) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    const blocks = this.#blocks.splice(0);
    this.#waitingBytes = 0;
    try {
      await this.#file.writev(blocks);
    } catch (error) {
      throw nameWriteError(this.#path, error);
    }
  }

  /** `moov`; tracks without a packet are left out. */
  #index(shiftBytes: number): Buffer {
    const { movieTicksPerSecond, tags } = this.#settings;
    const tracks = this.#tracks.flatMap((track, number) => (track.samples.isEmpty ? [] : [{ track, number }]));
    const duration = Math.max(0, ...tracks.map(({ track }) => trackDuration(track, movieTicksPerSecond)));
    const created = creationSeconds(tags);
    const boxes = tracks.map(({ track, number }, place) => {
      const firstPayload = this.#firstPayloads[number] ?? new Uint8Array(0);
      return trackBox(track, { id: place + 1, movieTicksPerSecond, shiftBytes, firstPayload });
    });
    const header = fullBox(
      "mvhd",
      1,
      0,
      u64(created, created),
      u32(movieTicksPerSecond),
      u64(duration),
      // Normal speed, full volume, not turned.
      u32(65_536),
      u16(0x0100, 0),
      u32(0, 0, 65_536, 0, 0, 0, 65_536, 0, 0, 0, 2 ** 30),
      Buffer.alloc(24),
      u32(boxes.length + 1),
    );
    return box("moov", header, ...boxes, tagsBox(tags));
  }
}

/** AAC without a configuration comes as ADTS, whose header MP4 keeps once. */
function storedPayload(entry: TrackEntry | undefined, payload: Uint8Array): Uint8Array {
  const mayBeAdts = entry?.kind === "sound" && entry.codec === "aac" && entry.configuration.length === 0;
  return (mayBeAdts ? splitAdts(payload)?.payload : undefined) ?? payload;
}

/** Moves the bytes between two places towards the end, last ones first. */
async function moveBack(file: FileHandle, from: number, to: number, byBytes: number): Promise<void> {
  const block = Buffer.allocUnsafe(4 * blockBytes);
  for (let end = to; end > from;) {
    const start = Math.max(from, end - block.length);
    const length = end - start;
    const { bytesRead } = await file.read(block, 0, length, start);
    if (bytesRead !== length) throw new Error("the file became shorter while it was written");
    await file.write(block, 0, length, start + byBytes);
    end = start;
  }
}
