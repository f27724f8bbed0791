import type { CodedPacket, MediaInput } from "./media-io.js";

/** Numbers of one track's packets in decode order; a 10-minute 60 fps film takes about 3 MB. */
export interface PacketTable {
  readonly ptsTicks: number[];
  readonly dtsTicks: number[];
  readonly durationTicks: number[];
  readonly isHidden: boolean[];
  readonly byteLengths: number[];
}

/** An empty table. */
export function createPacketTable(): PacketTable {
  return { ptsTicks: [], dtsTicks: [], durationTicks: [], isHidden: [], byteLengths: [] };
}

/** Notes a packet's numbers. */
export function notePacket(table: PacketTable, packet: CodedPacket): void {
  table.ptsTicks.push(packet.ptsTicks);
  table.dtsTicks.push(packet.dtsTicks);
  table.durationTicks.push(packet.durationTicks);
  table.isHidden.push(packet.isHidden);
  table.byteLengths.push(packet.payload.length);
}

/**
 * Presentation ticks of the visible packets in `[start, end)`, strictly ascending: two frames at one time are set one tick
 * apart, because MP4 players drop one of them otherwise.
 */
export function visibleTicks(table: PacketTable, start = 0, end = table.ptsTicks.length): number[] {
  const ticks: number[] = [];
  for (let packet = start; packet < Math.min(end, table.ptsTicks.length); packet++) {
    if (!table.isHidden[packet]) ticks.push(table.ptsTicks[packet] ?? 0);
  }
  ticks.sort((left, right) => left - right);
  for (let frame = 1; frame < ticks.length; frame++) {
    ticks[frame] = Math.max(ticks[frame] ?? 0, (ticks[frame - 1] ?? 0) + 1);
  }
  return ticks;
}

/** Reads a track's numbers up to packet `end`; the input must select this track and stand at the beginning. */
export async function readPacketTable(
  input: MediaInput,
  trackIndex: number,
  end: number,
  turn: () => Promise<void> | undefined,
): Promise<PacketTable> {
  const table = createPacketTable();
  while (table.ptsTicks.length < end) {
    await turn();
    const packet = await input.read();
    if (packet === undefined) break;
    if (packet.trackIndex === trackIndex) notePacket(table, packet);
  }
  return table;
}
