import { captionFilters, noCaptionFilter } from "#media/caption-filters.js";
import { painterTick, painterTicksPerSecond } from "#media/caption-times.js";
import { copyPlanes } from "#media/copy-planes.js";
import { filterGraph } from "#media/filter-graph.js";
import type { CaptionPainter, CaptionPainterOrder } from "#media/media-io.js";
import { UnderstudyError } from "#model/errors.js";
import type { PlanarFrame } from "#model/image.js";
import { Child } from "./child.js";
import { ByteSource } from "./nut/byte-source.js";
import { nutFrameHeader, nutHeader } from "./nut/nut-writer.js";
import { withPatience } from "./patience.js";
import { pictureBytes, planesIn } from "./picture.js";
import { nutInput, quietFfmpeg, type Programs } from "./programs.js";

/** `I420`, first letter lowest. */
const planarTag = 0x3032_3449;

/** FFmpeg's filter `ass` (libass) in a process of its own, which gives each picture back before it gets the next. */
export class FfmpegCaptionPainter implements CaptionPainter {
  readonly #child: Child;
  readonly #drawn: ByteSource;
  readonly #bytes: Uint8Array;
  readonly #order: CaptionPainterOrder;
  #isClosed = false;

  constructor(programs: Programs, order: CaptionPainterOrder) {
    this.#order = order;
    this.#bytes = Buffer.allocUnsafeSlow(pictureBytes(order.widthPixels, order.heightPixels));
    this.#child = new Child({ program: programs.ffmpegPath, args: argsFor(order), takesInput: true });
    this.#drawn = new ByteSource(this.#child.output);
    const timeBase = { numerator: 1, denominator: painterTicksPerSecond };
    const configuration = new Uint8Array(0);
    this.#child.input.write(
      nutHeader({ codecTag: planarTag, configuration, timeBase, reorderFrames: 0, picture: order }),
    );
  }

  async paint(planes: PlanarFrame, atSeconds: number): Promise<void> {
    if (this.#isClosed) throw new UnderstudyError("internal-error", "The captions are closed already.");
    const own = planesIn(this.#bytes, this.#order);
    copyPlanes(own, planes);
    const { input } = this.#child;
    const byteLength = this.#bytes.length;
    input.write(nutFrameHeader({ ptsTicks: painterTick(atSeconds), isKeyframe: true, byteLength }));
    // The pipe has taken them when the first byte comes back: the program reads a picture whole.
    input.write(this.#bytes);
    if (!(await withPatience(this.#child, this.#drawn.fill(this.#bytes)))) throw await this.#failure();
    copyPlanes(planes, own);
  }

  close(): void {
    this.#isClosed = true;
    this.#child.kill();
  }

  async #failure(): Promise<UnderstudyError> {
    const { problem } = await withPatience(this.#child, this.#child.ended);
    const cause = new Error(this.#child.messages);
    return problem ?? new UnderstudyError("internal-error", "Captions could not be drawn.", { cause });
  }
}

/** Whether a program can draw captions at all. @throws UnderstudyError `runtime-missing` when it cannot. */
export async function assertCaptionFilter({ ffmpegPath }: Programs): Promise<void> {
  const child = new Child({ program: ffmpegPath, args: ["-hide_banner", "-h", "filter=ass"] });
  try {
    const said = Buffer.concat(await withPatience(child, child.output.toArray())).toString();
    const { problem } = await withPatience(child, child.ended);
    if (problem !== undefined) throw problem;
    if (!said.startsWith("Filter ass")) throw noCaptionFilter();
  } finally {
    child.kill();
  }
}

function argsFor(order: CaptionPainterOrder): string[] {
  const { matrix, isFullRange, rotation } = order;
  const colour = `colorspace=${matrix === "bt709" ? "bt709" : "smpte170m"}:range=${isFullRange ? "pc" : "tv"}`;
  // FFmpeg 5 draws in full range only in the format that says so by its name, and always by BT.601, which is 2 levels off at most.
  const fullRange = isFullRange ? [{ name: "format", options: "yuvj420p" }] : [];
  const filters = [{ name: "setparams", options: colour }, ...fullRange, ...captionFilters(order, rotation)];
  return [
    [...quietFfmpeg, "-copyts", "-threads", "1", "-filter_threads", "1", ...nutInput, "-map", "0:0"],
    ["-fps_mode", "passthrough", "-vf", filterGraph(filters), "-c:v", "rawvideo", "-threads", "1"],
    ["-flush_packets", "1", "-f", "rawvideo", "pipe:1"],
  ].flat();
}
