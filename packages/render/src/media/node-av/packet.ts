import type { Packet } from "node-av/lib";
import type { CodedPacket } from "#media/media-io.js";
import type { NodeAv } from "./load.js";

const noTime = -9223372036854775808n;

/** FFmpeg's packet seen through our interface; one object is reused for a whole file. */
export class NodeAvPacket implements CodedPacket {
  readonly native: Packet;
  trackIndex = 0;
  ptsTicks = 0;
  dtsTicks = 0;
  durationTicks = 0;
  isKeyframe = false;
  isHidden = false;
  isDamaged = false;
  isReconfigured = false;
  readonly #av: NodeAv;

  constructor(av: NodeAv) {
    this.#av = av;
    this.native = new av.lib.Packet();
    this.native.alloc();
  }

  get payload(): Uint8Array {
    return this.native.data ?? new Uint8Array(0);
  }

  /** Takes over the numbers of what the native packet now holds; `missingDecodeTime` stands in for one it lacks. */
  refresh(missingDecodeTime: (trackIndex: number, ptsTicks: number, durationTicks: number) => number): void {
    const { native } = this;
    const { AV_PKT_FLAG_DISCARD, AV_PKT_FLAG_CORRUPT, AV_PKT_FLAG_KEY, AV_PKT_DATA_NEW_EXTRADATA } = this.#av.constants;
    const flags: number = native.flags;
    const pts = native.pts;
    const dts = native.dts;
    this.trackIndex = native.streamIndex;
    this.ptsTicks = Number(pts === noTime ? dts : pts);
    this.durationTicks = Number(native.duration);
    this.dtsTicks =
      dts === noTime ? missingDecodeTime(this.trackIndex, this.ptsTicks, this.durationTicks) : Number(dts);
    this.isKeyframe = (flags & AV_PKT_FLAG_KEY) !== 0;
    this.isHidden = (flags & AV_PKT_FLAG_DISCARD) !== 0;
    this.isDamaged = (flags & AV_PKT_FLAG_CORRUPT) !== 0;
    this.isReconfigured = native.getSideData(AV_PKT_DATA_NEW_EXTRADATA) !== null;
  }
}
