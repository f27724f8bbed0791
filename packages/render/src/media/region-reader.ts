import { UnderstudyError } from "#model/errors.js";
import type { PlanarFrame } from "#model/image.js";
import type { DecodedPicture, MediaInput, PictureDecoder } from "./media-io.js";
import { openPictureTrack, readRegionTimes, type RegionTask, type RegionTimes } from "./region-source.js";
import { createTurns } from "./turns.js";

/** One decoded frame of a region. Release it, or hand it to the writer and release it then. */
export interface RegionFrame {
  /** Visible frame number in display order, counted over the whole source. */
  readonly frameNumber: number;
  /** For the writer. */
  readonly decoded: DecodedPicture;
  /** Live planes; read-only until `makeWritable()`. */
  readonly picture: PlanarFrame;
  /** Gives the frame memory of its own (one copy) and returns the planes to draw on. */
  makeWritable(): PlanarFrame;
  release(): void;
}

/** Frames of one region in display order. At most a few are alive at a time; the pull of the consumer sets the pace. */
export interface RegionReader extends AsyncIterable<RegionFrame> {
  readonly frameCount: number;
  /** Frames so far that could not be decoded and show a neighbour instead. */
  readonly repeatedFrames: number;
  close(): void;
}

/** Share of undecodable frames that a re-encoded track may hide by repeating neighbours. */
const maxRepeatedShare = 0.1;

/**
 * Opens a region for decoding. In `smart` mode frames come as they are coded (8-bit 4:2:0); in `reencode` mode any source
 * becomes 8-bit 4:2:0, progressive and of even size.
 * @throws UnderstudyError `unreadable-media` when frames are missing, `cancelled`.
 */
export async function openRegionReader(task: RegionTask): Promise<RegionReader> {
  const times = await readRegionTimes(task);
  const { input } = await openPictureTrack(task.io, task.sourcePath, task.trackIndex);
  try {
    const decoder = input.openDecoder(task.trackIndex, { convert: task.stitch.mode === "reencode" });
    return new Reader(task, times, input, decoder);
  } catch (error) {
    input.close();
    throw error;
  }
}

class Reader implements RegionReader {
  readonly frameCount: number;
  repeatedFrames = 0;
  readonly #task: RegionTask;
  readonly #times: RegionTimes;
  readonly #input: MediaInput;
  readonly #decoder: PictureDecoder;
  /** Frames of the region given out so far. */
  #given = 0;
  #isClosed = false;

  constructor(task: RegionTask, times: RegionTimes, input: MediaInput, decoder: PictureDecoder) {
    this.#task = task;
    this.#times = times;
    this.#input = input;
    this.#decoder = decoder;
    this.frameCount = times.ptsTicks.length;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#decoder.close();
    this.#input.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RegionFrame, void, undefined> {
    let last: DecodedPicture | undefined;
    try {
      for await (const decoded of this.#pictures()) {
        const place = this.#placeOf(decoded);
        if (place === undefined) {
          decoded.release();
          continue;
        }
        last?.release();
        last = decoded.share();
        while (this.#given < place) yield this.#repeat(last);
        yield this.#frame(decoded);
      }
      if (last === undefined) throw this.#missing();
      while (this.#given < this.frameCount) yield this.#repeat(last);
    } finally {
      last?.release();
      this.close();
    }
  }

  /** Everything the decoder makes of the region's packets. */
  async *#pictures(): AsyncGenerator<DecodedPicture, void, undefined> {
    const { region, trackIndex, signal } = this.#task;
    const turn = createTurns(signal);
    for (let number = 0; number < region.endPacket;) {
      await turn();
      const packet = this.#input.read();
      if (packet === undefined) break;
      if (packet.trackIndex !== trackIndex || number++ < region.startPacket) continue;
      this.#decoder.send(packet);
      yield* this.#received(turn);
    }
    this.#decoder.send(undefined);
    yield* this.#received(turn);
  }

  async *#received(turn: () => Promise<void> | undefined): AsyncGenerator<DecodedPicture, void, undefined> {
    for (let decoded = this.#decoder.receive(); decoded !== undefined; decoded = this.#decoder.receive()) {
      yield decoded;
      await turn();
    }
  }

  /** Which frame of the region a picture is, by its time; `undefined` for one that shows nothing new. */
  #placeOf(decoded: DecodedPicture): number | undefined {
    const { ptsTicks } = this.#times;
    if (this.#given >= ptsTicks.length) return undefined;
    if (ptsTicks[this.#given] === decoded.ptsTicks) return this.#given;
    if (decoded.ptsTicks < (ptsTicks[this.#given] ?? 0)) {
      // Two coded frames at one time: the second was set one tick later in the list.
      return ptsTicks[this.#given] === decoded.ptsTicks + 1 ? this.#given : undefined;
    }
    const place = ptsTicks.indexOf(decoded.ptsTicks, this.#given);
    return place >= 0 ? place : this.#given;
  }

  #repeat(last: DecodedPicture): RegionFrame {
    this.repeatedFrames++;
    const isTooMuch = this.repeatedFrames > Math.max(2, this.frameCount * maxRepeatedShare);
    if (this.#task.stitch.mode === "smart" || isTooMuch) throw this.#missing();
    return this.#frame(last.share());
  }

  #frame(decoded: DecodedPicture): RegionFrame {
    const frameNumber = this.#task.region.startFrame + this.#given++;
    return {
      frameNumber,
      decoded,
      get picture() {
        return decoded.planes;
      },
      makeWritable: () => decoded.makeWritable(),
      release: () => decoded.release(),
    };
  }

  #missing(): UnderstudyError {
    const frame = this.#task.region.startFrame + this.#given;
    const message = `The video's frame ${frame} could not be decoded; ${this.#decoder.errorCount} errors were met before it.`;
    return new UnderstudyError("unreadable-media", message);
  }
}
