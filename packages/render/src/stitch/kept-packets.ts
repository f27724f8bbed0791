import type { CodedPacket } from "#media/media-io.js";
import type { Region, RenderPlan } from "#model/plan.js";

/** What becomes of one source packet of the picture track. */
export type PacketFate =
  | { readonly kind: "keep" }
  /** The packet's place is taken by the region's packet of this number. */
  | { readonly kind: "replace"; readonly region: Region; readonly number: number }
  | { readonly kind: "leave-out" };

/**
 * Decides, packet by packet in decode order, what of the picture track is copied. Hidden packets in front (an edit list's
 * pre-roll) stay in kept parts, because visible frames refer to them; hidden packets behind the last visible one go.
 */
export function createPacketFates(plan: RenderPlan): (packet: CodedPacket) => PacketFate {
  let number = -1;
  let latestVisible = Number.NEGATIVE_INFINITY;
  let regionNumber = 0;
  let placed = 0;
  return (packet) => {
    number++;
    let region = plan.regions[regionNumber];
    if (region !== undefined && number >= region.endPacket) {
      region = plan.regions[++regionNumber];
      placed = 0;
    }
    const isBehind = packet.isHidden && packet.ptsTicks > latestVisible && latestVisible > Number.NEGATIVE_INFINITY;
    if (!packet.isHidden) latestVisible = Math.max(latestVisible, packet.ptsTicks);
    if (region !== undefined && number >= region.startPacket) {
      return packet.isHidden ? { kind: "leave-out" } : { kind: "replace", region, number: placed++ };
    }
    return isBehind ? { kind: "leave-out" } : { kind: "keep" };
  };
}
