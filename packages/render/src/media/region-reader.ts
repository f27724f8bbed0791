import { UnderstudyError } from "#model/errors.js";
import type { PlanarFrame } from "#model/image.js";
import type { DecodedPicture, MediaInput, PictureDecoder } from "./media-io.js";
import { openPictureTrack, readRegionTimes, type RegionTask, type RegionTimes } from "./region-source.js";
import { createTurns } from "./turns.js";

/** One decoded frame of a region. Release it, or hand it to the writer and release it then. */
export interface RegionFrame {
  /** Visible frame number in display order, counted over the whole source. */
  readonly frameNumber: number;
  /** When it is shown: 0 is what a player shows as 0:00. */
  readonly filmSeconds: number;
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
  /** For the region's writer, which else reads them once more. */
  readonly times: RegionTimes;
  /** Frames so far that could not be decoded and show a neighbour instead. */
  readonly repeatedFrames: number;
  close(): void;
}

/** Share of undecodable frames that a re-encoded track may hide by repeating neighbours. */
const maxRepeatedShare = 0.1;

/**
 * Opens a region for decoding. In `smart` mode frames come as they are coded (8-bit 4:2:0); in the others any source
 * becomes 8-bit 4:2:0, progressive and of even size.
 * @throws UnderstudyError `unreadable-media` when frames are missing, `cancelled`.
 */
export async function openRegionReader(task: RegionTask): Promise<RegionReader> {
  const times = await readRegionTimes(task);
  const { input } = await openPictureTrack(task.io, task.sourcePath, task.trackIndex);
  try {
    const decoder = input.openDecoder(task.trackIndex, { convert: task.stitch.mode !== "smart" });
    return new Reader(task, times, input, decoder);
  } catch (error) {
    input.close();
    throw error;
  }
}

class Reader implements RegionReader {
  readonly frameCount: number;
  readonly times: RegionTimes;
  repeatedFrames = 0;
  readonly #task: RegionTask;
  readonly #input: MediaInput;
  readonly #decoder: PictureDecoder;
  /** Frames of the region given out so far. */
  #given = 0;
  #isClosed = false;

  constructor(task: RegionTask, times: RegionTimes, input: MediaInput, decoder: PictureDecoder) {
    this.#task = task;
    this.times = times;
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
        if (decoded.ptsTicks >= (this.times.tickAfter ?? Number.POSITIVE_INFINITY)) {
          decoded.release();
          break;
        }
        const place = this.#placeOf(decoded);
        if (place === undefined) {
          decoded.release();
          continue;
        }
        last?.release();
        last = decoded.share();
        while (this.#given < place) yield this.#repeat(last);
        yield this.#frame(decoded);
        if (this.#given === this.frameCount) break;
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
      const packet = await this.#input.read();
      if (packet === undefined) break;
      if (packet.trackIndex !== trackIndex || number++ < region.startPacket) continue;
      await this.#decoder.send(packet);
      yield* this.#received(turn);
    }
    await this.#decoder.send(undefined);
    yield* this.#received(turn);
  }

  async *#received(turn: () => Promise<void> | undefined): AsyncGenerator<DecodedPicture, void, undefined> {
    for (;;) {
      const decoded = await this.#decoder.receive();
      if (decoded === undefined) return;
      yield decoded;
      await turn();
    }
  }

  /** Which frame of the region a picture is, by its time; `undefined` for one before it, or that shows nothing new. */
  #placeOf({ ptsTicks }: DecodedPicture): number | undefined {
    const { codedTicks } = this.times;
    if (ptsTicks < (codedTicks[this.#given] ?? Number.POSITIVE_INFINITY)) return undefined;
    const place = codedTicks.indexOf(ptsTicks, this.#given);
    return place >= 0 ? place : this.#given;
  }

  #repeat(last: DecodedPicture): RegionFrame {
    this.repeatedFrames++;
    const isTooMuch = this.repeatedFrames > Math.max(2, this.frameCount * maxRepeatedShare);
    if (this.#task.stitch.mode === "smart" || isTooMuch) throw this.#missing();
    return this.#frame(last.share());
  }

  #frame(decoded: DecodedPicture): RegionFrame {
    const place = this.#given++;
    return {
      frameNumber: this.#task.region.startFrame + place,
      filmSeconds: this.times.filmSeconds[place] ?? 0,
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
