import { readFileSync } from "node:fs";
import { UnderstudyError } from "#model/errors.js";
import type { KernelFunctions } from "./kernel-functions.js";

/** What is used of https://webassembly.github.io/spec/js-api/; TypeScript types it for browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => CompiledKernels;
  readonly Instance: new (module: CompiledKernels) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** A `WebAssembly.Module`. */
type CompiledKernels = object;

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const file = new URL("../../dist/kernels.wasm", import.meta.url);

/** Compiled once a thread; V8 shares the machine code of equal modules among the threads of a process. */
let compiled: CompiledKernels | undefined;

/** One instance of the kernels with a memory of its own, which is freed with it. */
export interface Kernels {
  readonly run: KernelFunctions;
  /**
   * Room of `byteLength` bytes, zero, at a multiple of 16. It stays until the instance is let go: owners keep what they reserve
   * and reserve anew only to grow.
   * @returns its address.
   */
  reserve(byteLength: number): number;
  /** Views of the memory as it is now; `reserve` makes earlier ones useless. */
  bytes(address: number, length: number): Uint8Array;
  /** As `bytes`, of 32-bit floats. */
  floats(address: number, length: number): Float32Array;
  /** As `bytes`, of 32-bit whole numbers. */
  integers(address: number, length: number): Int32Array;
}

const pageBytes = 65_536;

/** Makes an instance, 0.2 ms. @throws UnderstudyError `internal-error` where the package was not built. */
export function openKernels(): Kernels {
  compiled ??= compile();
  const { exports } = new WebAssembly.Instance(compiled);
  const run = exports as unknown as KernelFunctions;
  const memory = exports["memory"] as Memory;
  let free = (exports["heapBase"] as { readonly value: number }).value;
  return {
    run,
    reserve(byteLength) {
      const address = (free + 15) & ~15;
      free = address + byteLength;
      const missing = free - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
      return address;
    },
    bytes: (address, length) => new Uint8Array(memory.buffer, address, length),
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    integers: (address, length) => new Int32Array(memory.buffer, address, length),
  };
}

function compile(): CompiledKernels {
  try {
    return new WebAssembly.Module(readFileSync(file));
  } catch (cause) {
    throw new UnderstudyError("internal-error", "The file kernels.wasm of @understudy/render is missing or broken.", {
      cause,
      hint: "Install the package again; in a checkout run `npm run build`.",
    });
  }
}
