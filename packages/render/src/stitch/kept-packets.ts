import type { CodedPacket } from "#media/media-io.js";
import type { Region, RenderPlan } from "#model/plan.js";

/** What becomes of one source packet of the picture track. */
export type PacketFate =
  | { readonly kind: "keep" }
  /** The packet's place is taken by the region's packet of this number. */
  | { readonly kind: "replace"; readonly region: Region; readonly number: number }
  | { readonly kind: "leave-out" };

/**
 * Decides, packet by packet in decode order, what becomes of the picture track. Where it is encoded as a whole, the clips'
 * packets take the places of the visible ones; their order inside does not matter, because nothing is kept.
 */
export function createPacketFates(plan: RenderPlan): (packet: CodedPacket) => PacketFate {
  return plan.stitch.mode === "smart" ? createSmartFates(plan) : createWholeFates(plan);
}

function createWholeFates({ regions }: RenderPlan): (packet: CodedPacket) => PacketFate {
  let place = 0;
  let regionNumber = 0;
  return (packet) => {
    if (packet.isHidden) return { kind: "leave-out" };
    while (place >= (regions[regionNumber]?.endFrame ?? Number.POSITIVE_INFINITY)) regionNumber++;
    const region = regions[regionNumber];
    if (region === undefined) return { kind: "leave-out" };
    return { kind: "replace", region, number: place++ - region.startFrame };
  };
}

/**
 * Hidden packets in front (an edit list's pre-roll) stay in kept parts, because visible frames refer to them; hidden packets
 * behind the last visible one go.
 */
function createSmartFates(plan: RenderPlan): (packet: CodedPacket) => PacketFate {
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
