import { readFileSync } from "node:fs";
import { UnderstudyError } from "#model/errors.js";
import type { KernelFunctions } from "./kernel-functions.js";

/** What is used of https://webassembly.github.io/spec/js-api/; TypeScript types it for browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => CompiledKernels;
  readonly Instance: new (
    module: CompiledKernels,
    imports: { readonly env: { readonly memory: Memory } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => Memory;
};

/** A `WebAssembly.Module`. */
type CompiledKernels = object;

interface Memory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

const file = new URL("../../dist/kernels.wasm", import.meta.url);

/** Compiled once a thread; V8 shares the machine code of equal modules among the threads of a process. */
let compiled: CompiledKernels | undefined;

/**
 * One instance of the kernels with a memory of its own. Arrays are zero, begin at multiples of 16 and last as long as the instance:
 * owners keep what they reserve and reserve anew only to grow. An array's `byteOffset` is its address.
 */
export interface Kernels {
  readonly run: KernelFunctions;
  /** @param length in values. */
  floats(length: number): Float32Array;
  integers(length: number): Int32Array;
  /** Unsigned, of 16 bits. */
  shorts(length: number): Uint16Array;
  bytes(length: number): Uint8Array;
}

const pageBytes = 65_536;
/** 2 GiB, as `tools/build-kernels.js` says; only pages in use are taken from the system. */
const mostPages = 32_768;

/** Makes an instance, 0.2 ms. @throws UnderstudyError `internal-error` where the package was not built. */
export function openKernels(): Kernels {
  compiled ??= compile();
  // Shared memory grows without taking the arrays away that were made before; no other thread sees it.
  const memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  let free = (exports["heapBase"] as { readonly value: number }).value;
  function reserve(byteLength: number): number {
    const address = (free + 15) & ~15;
    // Loads of four values may reach over the end of the last array.
    free = address + byteLength + 16;
    const missing = free - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
    return address;
  }
  // The address first: `memory.buffer` is another object once it has grown.
  return {
    run: exports as unknown as KernelFunctions,
    floats(length) {
      const address = reserve(4 * length);
      return new Float32Array(memory.buffer, address, length);
    },
    integers(length) {
      const address = reserve(4 * length);
      return new Int32Array(memory.buffer, address, length);
    },
    shorts(length) {
      const address = reserve(2 * length);
      return new Uint16Array(memory.buffer, address, length);
    },
    bytes(length) {
      const address = reserve(length);
      return new Uint8Array(memory.buffer, address, length);
    },
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
