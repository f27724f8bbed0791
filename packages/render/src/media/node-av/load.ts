import type * as Lib from "node-av/lib";
import type * as Constants from "node-av/constants";

/** The native binding and FFmpeg's numbers, loaded on first use: the import alone takes 0.3 s and 75 MB. */
export interface NodeAv {
  readonly lib: typeof Lib;
  readonly constants: typeof Constants;
}

let loading: Promise<NodeAv> | undefined;

/**
 * Loads node-av once per thread.
 *
 * Never give a `Dictionary` to `CodecContext.open2`: node-av 6.1.1 frees it a second time when it is collected, and the
 * process dies some seconds later ("free(): invalid pointer"). `setOption` on the context does the same job. `openInput`
 * and `writeHeader` take their dictionary over too, but survive its collection; do not `free()` it.
 */
export function loadNodeAv(): Promise<NodeAv> {
  loading ??= load();
  return loading;
}

async function load(): Promise<NodeAv> {
  fillInForNode20();
  const [lib, constants] = await Promise.all([import("node-av/lib"), import("node-av/constants")]);
  // x264 prints its settings and statistics, the demuxers print every oddity; results are read from return values instead.
  lib.Log.setLevel(constants.AV_LOG_QUIET);
  return { lib, constants };
}

/**
 * node-av 6.1.1 names no engine but calls `Promise.withResolvers` (Node 22) and reads `Symbol.dispose` while its classes
 * are defined. Without the first, on Node 20 a demuxer gives no packets and no error.
 */
function fillInForNode20(): void {
  const promise = Promise as unknown as { withResolvers?: () => unknown };
  promise.withResolvers ??= () => {
    let resolve: unknown;
    let reject: unknown;
    const made = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
    return { promise: made, resolve, reject };
  };
  const symbol = Symbol as unknown as { dispose?: symbol; asyncDispose?: symbol };
  symbol.dispose ??= Symbol.for("Symbol.dispose");
  symbol.asyncDispose ??= Symbol.for("Symbol.asyncDispose");
}
