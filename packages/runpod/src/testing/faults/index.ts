import { deliveringFaults } from "./delivering.js";
import { endingFaults } from "./ending.js";
import type { FaultRow } from "./fault-row.js";
import { sideChannelFaults } from "./side-channels.js";
import { takingFaults } from "./taking.js";

export { playFault, type FaultOutcome } from "./play-fault.js";
export { faultTable, playFaults, type PlayedFault } from "./fault-table.js";
export type { FaultRow } from "./fault-row.js";

/** Everything that goes wrong in the fault suite, in the order of its table. */
export const faultRows: readonly FaultRow[] = [
  ...endingFaults,
  ...deliveringFaults,
  ...takingFaults,
  ...sideChannelFaults,
];
