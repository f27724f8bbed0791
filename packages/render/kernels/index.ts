// Every function that WebAssembly runs for the pixels of a face, in AssemblyScript (https://www.assemblyscript.org).
// What is exported here is what `src/kernels/kernel-functions.ts` names; arrays are addresses in the instance's memory, which
// the caller lays out. No allocation, no strings, no exceptions.
export * from "./box-blur";

/** Address of the first byte that is the caller's. */
export const heapBase: usize = __heap_base;
