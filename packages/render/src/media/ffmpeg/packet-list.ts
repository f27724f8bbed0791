import type { TrackFacts } from "#media/media-io.js";
import { createMissingDecodeTimes } from "#media/missing-decode-times.js";
import { Child } from "./child.js";
import type { FileFacts } from "./file-facts.js";
import { linesOf } from "./lines.js";
import { withPatience } from "./patience.js";
import { fileInput, quiet, type Programs } from "./programs.js";

/** A packet without its payload. */
export interface ListedPacket {
  readonly trackIndex: number;
  readonly ptsTicks: number;
  readonly dtsTicks: number;
  readonly durationTicks: number;
  readonly byteLength: number;
  readonly isKeyframe: boolean;
  readonly isHidden: boolean;
  readonly isDamaged: boolean;
  readonly isReconfigured: boolean;
  readonly skipSamples: { readonly start: number; readonly end: number } | undefined;
}

/** A row as ffprobe prints it; times may be missing. */
interface Row extends Omit<ListedPacket, "ptsTicks" | "dtsTicks"> {
  readonly ptsTicks: number | undefined;
  readonly dtsTicks: number | undefined;
}

const entries = [
  "packet=stream_index,pts,dts,duration,size,flags",
  "packet_side_data=side_data_type,skip_samples,discard_padding",
].join(":");

/** Rows that are looked ahead for the next packet of the same track; interleaved files need some ten. */
const maxLookahead = 4096;

/** Lists a file's packets in file order, as ffprobe reads them: it changes no time and hides nothing. */
export class PacketList {
  readonly #child: Child;
  readonly #tracks: readonly TrackFacts[];
  readonly #isMov: boolean;
  readonly #isListed: (trackIndex: number) => boolean;
  readonly #lines: AsyncIterator<string>;
  readonly #missingDecodeTime: ReturnType<typeof createMissingDecodeTimes>;
  /** Rows in file order whose durations are not settled yet. */
  readonly #ahead: Row[] = [];
  #isAtEnd = false;
  #isComplete = false;

  constructor(programs: Programs, path: string, facts: FileFacts, isListed: (trackIndex: number) => boolean) {
    this.#tracks = facts.tracks.map((track) => track.facts);
    this.#isMov = facts.container.startsWith("mov");
    this.#isListed = isListed;
    this.#missingDecodeTime = createMissingDecodeTimes(this.#tracks);
    const args = [...quiet, "-show_packets", "-show_entries", entries, "-of", "compact=nokey=0", ...fileInput(path)];
    this.#child = new Child({ program: programs.ffprobePath, args });
    this.#lines = linesOf(this.#child.output);
  }

  /** False when the list ended before the file did. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The next packet; `undefined` at the end. */
  async next(): Promise<ListedPacket | undefined> {
    if (this.#ahead.length === 0) await this.#pull();
    const row = this.#ahead[0];
    if (row === undefined) return undefined;
    const durationTicks = row.durationTicks > 0 ? row.durationTicks : await this.#durationOf(row);
    this.#ahead.shift();
    const ptsTicks = row.ptsTicks ?? row.dtsTicks ?? 0;
    const dtsTicks = row.dtsTicks ?? this.#missingDecodeTime(row.trackIndex, ptsTicks, durationTicks);
    return { ...row, ptsTicks, dtsTicks, durationTicks };
  }

  close(): void {
    this.#child.kill();
  }

  /** FFmpeg 5 and 6 state no durations for MP4 with reordered frames: a frame then lasts until the next is decoded. */
  async #durationOf(row: Row): Promise<number> {
    const track = this.#tracks[row.trackIndex];
    if (!this.#isMov || track?.picture === undefined || row.dtsTicks === undefined) return 0;
    for (let at = 1; at < maxLookahead; at++) {
      if (at >= this.#ahead.length && !(await this.#pull())) break;
      const next = this.#ahead[at];
      if (next?.trackIndex === row.trackIndex) return Math.max(0, (next.dtsTicks ?? row.dtsTicks) - row.dtsTicks);
    }
    const { numerator, denominator } = track.picture.averageFrameRate;
    const ticks = (denominator * track.timeBase.denominator) / (numerator * track.timeBase.numerator);
    return numerator > 0 ? Math.round(ticks) : 0;
  }

  async #pull(): Promise<boolean> {
    while (!this.#isAtEnd) {
      const { value, done } = await withPatience(this.#child, this.#lines.next());
      if (done === true) {
        this.#isAtEnd = true;
        const { isSuccess, problem } = await withPatience(this.#child, this.#child.ended);
        if (problem !== undefined) throw problem;
        this.#isComplete = isSuccess;
        return false;
      }
      const row = readRow(value);
      if (row === undefined || !this.#isListed(row.trackIndex) || this.#tracks[row.trackIndex] === undefined) continue;
      this.#ahead.push(row);
      return true;
    }
    return false;
  }
}

/** `packet|stream_index=0|pts=512|…|flags=K_`, then the fields of its side data. */
function readRow(line: string): Row | undefined {
  const [kind, ...rest] = line.split("|");
  if (kind !== "packet") return undefined;
  const fields = new Map(rest.map((field) => field.split("=", 2) as [string, string]));
  const ticks = (key: string): number | undefined => {
    const value = Number(fields.get(key));
    return Number.isSafeInteger(value) ? value : undefined;
  };
  const flags = fields.get("flags") ?? "";
  const skipped = { start: ticks("skip_samples") ?? 0, end: ticks("discard_padding") ?? 0 };
  return {
    trackIndex: ticks("stream_index") ?? -1,
    ptsTicks: ticks("pts"),
    dtsTicks: ticks("dts"),
    durationTicks: ticks("duration") ?? 0,
    byteLength: ticks("size") ?? 0,
    isKeyframe: flags.includes("K"),
    isHidden: flags.includes("D"),
    isDamaged: flags.includes("C"),
    isReconfigured: fields.get("side_data_type") === "New Extradata",
    skipSamples: skipped.start > 0 || skipped.end > 0 ? skipped : undefined,
  };
}
