// Every function that WebAssembly runs for the pixels of a face, in AssemblyScript (https://www.assemblyscript.org).
// What is exported here is what `src/kernels/kernel-functions.ts` names; arrays are addresses in the instance's memory, which
// the caller lays out. No allocation, no strings, no exceptions.
export { boxBlur } from "./box-blur";
export { compositeChroma, compositeLuma } from "./composite";
export { layOut } from "./face-weights";
export { measureFineness } from "./fineness";
export { hideBehind } from "./hide-behind";
export { warpKeptChroma, warpKeptLuma } from "./kept-warp";
export { matchLight } from "./light-match";
export { findSpans, solveAffineMaps, spanRoom } from "./spans";
export { warpColour, warpLinear, warpPlane } from "./warp";

/** Address of the first byte that is the caller's. */
export const heapBase: usize = __heap_base;
