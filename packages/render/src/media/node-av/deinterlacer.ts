import type { FilterContext, FilterGraph, Frame, IRational } from "node-av/lib";
import { UnderstudyError } from "#model/errors.js";
import { check } from "./failure.js";
import type { FrameReserve } from "./frame-reserve.js";
import type { NodeAv } from "./load.js";
import { NodeAvPicture } from "./picture.js";

/**
 * Turns fields into whole pictures with FFmpeg's `bwdif`, one picture a frame, so counts and times stay the source's.
 * Combed pictures defeat face meshes, and an H.264 re-encode as progressive would freeze the comb into the film.
 */
export class NodeAvDeinterlacer {
  readonly #av: NodeAv;
  readonly #reserve: FrameReserve;
  readonly #graph: FilterGraph;
  readonly #source: FilterContext;
  readonly #sink: FilterContext;
  /** What the filter holds back, oldest first. */
  readonly #waiting: { ptsTicks: number; isDamaged: boolean }[] = [];

  constructor(av: NodeAv, first: Frame, timeBase: IRational, reserve: FrameReserve) {
    this.#av = av;
    this.#reserve = reserve;
    this.#graph = new av.lib.FilterGraph();
    this.#graph.alloc();
    const aspect = first.sampleAspectRatio.num > 0 ? first.sampleAspectRatio : { num: 1, den: 1 };
    const description = [
      `video_size=${first.width}x${first.height}`,
      `pix_fmt=${first.format}`,
      `time_base=${timeBase.num}/${timeBase.den}`,
      `pixel_aspect=${aspect.num}/${aspect.den}`,
      `colorspace=${first.colorSpace}`,
      `range=${first.colorRange}`,
    ].join(":");
    this.#source = this.#add("buffer", "in", description);
    const bwdif = this.#add("bwdif", "bwdif", "mode=send_frame:deint=interlaced");
    this.#sink = this.#add("buffersink", "out", null);
    const failed = "Deinterlacing could not start";
    check(av, this.#source.link(0, bwdif, 0), "internal-error", failed);
    check(av, bwdif.link(0, this.#sink, 0), "internal-error", failed);
    check(av, this.#graph.configSync(), "internal-error", failed);
  }

  push(frame: Frame, ptsTicks: number, isDamaged: boolean): NodeAvPicture[] {
    this.#waiting.push({ ptsTicks, isDamaged });
    try {
      check(this.#av, this.#source.buffersrcAddFrameSync(frame), "internal-error", "Deinterlacing failed");
    } finally {
      frame.free();
    }
    return this.#collect();
  }

  finish(): NodeAvPicture[] {
    check(this.#av, this.#source.buffersrcAddFrameSync(null), "internal-error", "Deinterlacing failed");
    return this.#collect();
  }

  close(): void {
    this.#graph.free();
  }

  #collect(): NodeAvPicture[] {
    const pictures: NodeAvPicture[] = [];
    for (;;) {
      const frame = new this.#av.lib.Frame();
      frame.alloc();
      if (this.#sink.buffersinkGetFrameSync(frame) < 0) {
        frame.free();
        return pictures;
      }
      const facts = this.#waiting.shift();
      if (facts === undefined) {
        frame.free();
        continue;
      }
      pictures.push(new NodeAvPicture(this.#av, frame, facts.ptsTicks, facts.isDamaged, this.#reserve));
    }
  }

  #add(name: string, label: string, options: string | null): FilterContext {
    const filter = this.#av.lib.Filter.getByName(name);
    const context = filter === null ? null : this.#graph.createFilter(filter, label, options);
    if (context === null) throw new UnderstudyError("internal-error", `FFmpeg has no filter ${name}.`);
    return context;
  }
}
