import type { FilterContext, FilterGraph, Frame } from "node-av/lib";
import { captionFilters, noCaptionFilter } from "#media/caption-filters.js";
import { painterTick, painterTicksPerSecond } from "#media/caption-times.js";
import { copyPlanes } from "#media/copy-planes.js";
import type { FilterStep } from "#media/filter-graph.js";
import type { CaptionPainter, CaptionPainterOrder } from "#media/media-io.js";
import { UnderstudyError } from "#model/errors.js";
import type { PlanarFrame } from "#model/image.js";
import { check } from "./failure.js";
import type { NodeAv } from "./load.js";
import { createFrame, type FrameView } from "./planes-to-frame.js";

/** FFmpeg's filter `ass` (libass) in this process. */
export class NodeAvCaptionPainter implements CaptionPainter {
  readonly #av: NodeAv;
  readonly #graph: FilterGraph;
  readonly #source: FilterContext;
  readonly #sink: FilterContext;
  /** What goes in, and again what comes out, so that no picture's memory is looked at but its own. */
  readonly #frame: FrameView;
  readonly #drawn: Frame;
  #isClosed = false;

  constructor(av: NodeAv, order: CaptionPainterOrder) {
    if (av.lib.Filter.getByName("ass") === null) throw noCaptionFilter();
    this.#av = av;
    this.#graph = new av.lib.FilterGraph();
    this.#graph.alloc();
    this.#graph.nbThreads = 1;
    this.#drawn = new av.lib.Frame();
    this.#drawn.alloc();
    this.#frame = createFrame(av, order);
    const { native } = this.#frame;
    const { AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M, AVCOL_RANGE_JPEG, AVCOL_RANGE_MPEG } = av.constants;
    native.colorSpace = order.matrix === "bt709" ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    native.colorRange = order.isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    try {
      const steps = [describeSource(native), ...captionFilters(order, order.rotation), { name: "buffersink" }];
      const filters = steps.map((step, at) => this.#create(step, at));
      for (const [at, next] of filters.slice(1).entries()) {
        check(av, filters[at]!.link(0, next, 0), "internal-error", notOpened);
      }
      check(av, this.#graph.configSync(), "internal-error", notOpened);
      this.#source = filters[0]!;
      this.#sink = filters.at(-1)!;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async paint(planes: PlanarFrame, atSeconds: number): Promise<void> {
    if (this.#isClosed) throw new UnderstudyError("internal-error", "The captions are closed already.");
    const { native, planes: own } = this.#frame;
    copyPlanes(own, planes);
    native.pts = BigInt(painterTick(atSeconds));
    // The filter gets a second handle: it draws on a copy then, and our memory stays ours.
    const shared = native.clone();
    if (shared === null) throw new UnderstudyError("internal-error", "No memory for a picture.");
    try {
      check(this.#av, this.#source.buffersrcAddFrameSync(shared), "internal-error", notDrawn);
      check(this.#av, this.#sink.buffersinkGetFrameSync(this.#drawn), "internal-error", notDrawn);
      check(this.#av, native.copy(this.#drawn), "internal-error", notDrawn);
    } finally {
      shared.free();
      this.#drawn.unref();
    }
    copyPlanes(planes, own);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#graph.free();
    this.#drawn.free();
    this.#frame.native.free();
  }

  /** @throws UnderstudyError also for captions that cannot be read. */
  #create({ name, options }: FilterStep, at: number): FilterContext {
    const filter = this.#av.lib.Filter.getByName(name);
    try {
      const context = filter && this.#graph.createFilter(filter, `${name}${at}`, options ?? null);
      if (context !== null) return context;
      throw new Error(`no filter ${name}`);
    } catch (cause) {
      throw new UnderstudyError("internal-error", `${notOpened}.`, { cause });
    }
  }
}

const notOpened = "The captions could not be opened";
const notDrawn = "Captions could not be drawn";

function describeSource({ width, height, format, colorSpace, colorRange }: Frame): FilterStep {
  const picture = `video_size=${width}x${height}:pix_fmt=${format}:colorspace=${colorSpace}:range=${colorRange}`;
  return { name: "buffer", options: `${picture}:time_base=1/${painterTicksPerSecond}:pixel_aspect=1/1` };
}
