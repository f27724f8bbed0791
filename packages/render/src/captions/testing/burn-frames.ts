import type { FilterContext } from "node-av/lib";
import { assFilterOptions, type CaptionFiles } from "#captions/filter-option.js";
import { loadNodeAv } from "#media/node-av/load.js";
import { frameFromPlanes } from "#media/node-av/planes-to-frame.js";
import type { PlanarFrame } from "#model/image.js";

/** Which pictures are drawn. */
export interface BurnOrder extends CaptionFiles {
  readonly background: PlanarFrame;
  /** Times in seconds, rising. */
  readonly times: readonly number[];
}

/** Is shown a drawn picture; its planes hold during the call only. */
export type OnPicture = (planes: PlanarFrame, seconds: number) => void;

/** Draws captions over the same background at each time, with libass inside node-av. */
export async function burnFrames({ background, times, ...files }: BurnOrder, onPicture: OnPicture): Promise<void> {
  const av = await loadNodeAv();
  const graph = new av.lib.FilterGraph();
  graph.alloc();
  const add = (name: string, options: string | null): FilterContext => {
    const filter = av.lib.Filter.getByName(name);
    const context = filter === null ? null : graph.createFilter(filter, name, options);
    if (context === null) throw new Error(`no filter ${name}`);
    return context;
  };
  const { widthPixels, heightPixels } = background;
  try {
    const { AV_PIX_FMT_YUV420P } = av.constants;
    const size = `video_size=${widthPixels}x${heightPixels}:pix_fmt=${AV_PIX_FMT_YUV420P}`;
    const source = add("buffer", `${size}:time_base=1/1000:pixel_aspect=1/1:colorspace=1:range=1`);
    const ass = add("ass", assFilterOptions(files));
    const sink = add("buffersink", null);
    for (const status of [source.link(0, ass, 0), ass.link(0, sink, 0), graph.configSync()]) {
      if (status < 0) throw new Error(`the filters do not join: ${status}`);
    }
    const native = frameFromPlanes(av, background);
    for (const seconds of times) {
      // The filter copies a picture that somebody else holds before it draws.
      const shared = native.clone()!;
      shared.pts = BigInt(Math.round(seconds * 1000));
      if (source.buffersrcAddFrameSync(shared) < 0) throw new Error("a picture was refused");
      shared.free();
      const drawn = new av.lib.Frame();
      drawn.alloc();
      if (sink.buffersinkGetFrameSync(drawn) < 0) throw new Error("no picture came out");
      const [y, u, v] = drawn.data as [Buffer, Buffer, Buffer];
      const [lumaStride, chromaStride] = drawn.linesize as [number, number];
      onPicture({ ...background, y, u, v, lumaStride, chromaStride }, seconds);
      drawn.free();
    }
    native.free();
  } finally {
    graph.free();
  }
}
