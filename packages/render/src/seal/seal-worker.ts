import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parentPort } from "node:worker_threads";
import init, { WasmBuilder, WasmReader } from "@contentauth/c2pa-wasm";
import { emptyBlob, FileBlob, FileRangeReader } from "./file-blob.js";
import { readerSettings, signerSettings } from "./library-settings.js";
import type { LibraryReport, SealThreadOrder, SealThreadReport } from "./seal-messages.js";

// The code of the thread in which the C2PA library lives: one order at a time. The library was made for browsers; what it
// expects of one is put into this thread's global scope, and what could reach the network is taken out.
const port = parentPort;
if (port === null) throw new Error("this file runs as a worker thread only");
Object.assign(globalThis, { FileReaderSync: FileRangeReader });
for (const name of ["fetch", "WebSocket", "XMLHttpRequest"]) Reflect.deleteProperty(globalThis, name);

const wasmPath = fileURLToPath(import.meta.resolve("@contentauth/c2pa-wasm/c2pa.wasm"));
const library = await init({ module_or_path: readFileSync(wasmPath) });
const say = (report: SealThreadReport): void => port.postMessage(report);
let takeSignature: (bytes: Uint8Array) => void = () => undefined;

port.on("message", (order: SealThreadOrder) => {
  if (order.kind === "signature") return takeSignature(order.bytes);
  const work = order.kind === "sign" ? sign(order) : read(order);
  work.then(say, (thrown: unknown) => say(failureOf(thrown)));
});

async function sign(order: Extract<SealThreadOrder, { kind: "sign" }>): Promise<SealThreadReport> {
  const { definition, mediaType, source, embed } = order;
  const builder = WasmBuilder.fromJson(definition.manifest, signerSettings);
  const { ingredient } = definition;
  if (ingredient !== undefined) {
    if (source === undefined) builder.addIngredient(ingredient);
    else await withFile(source.path, (blob) => builder.addIngredientFromBlob(ingredient, source.mediaType, blob));
  }
  // The library need not see a file whose hash is in the definition: no byte of it goes in and none comes out.
  builder.setNoEmbed(embed === undefined);
  const signInto = (format: string, blob: Blob): Promise<{ asset: Uint8Array; manifest: Uint8Array }> =>
    builder.signAndGetManifestBytes(
      { alg: "es256", reserveSize: order.signatureBytes, sign: askForSignature },
      [],
      format,
      blob,
    );
  const signed =
    embed === undefined
      ? await signInto("application/c2pa", emptyBlob as unknown as Blob)
      : await withFile(embed.inputPath, (blob) => signInto(mediaType, blob));
  builder.free();
  if (embed !== undefined) writeFileSync(embed.outputPath, signed.asset, { flag: "wx" });
  return { kind: "signed", store: signed.manifest, memoryBytes: library.memory.buffer.byteLength };
}

function askForSignature(claim: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve) => {
    takeSignature = (bytes) => resolve(new Uint8Array(bytes));
    say({ kind: "to-be-signed", claim });
  });
}

async function read(order: Extract<SealThreadOrder, { kind: "read" }>): Promise<SealThreadReport> {
  const format = order.mediaType === "sidecar" ? "application/c2pa" : order.mediaType;
  const settings = readerSettings(order.anchors);
  const report = await withFile(order.path, async (blob) => {
    const reader = await WasmReader.fromBlob(format, blob, settings);
    const told = reportOf(reader);
    reader.free();
    return told;
  });
  return { kind: "report", report, memoryBytes: library.memory.buffer.byteLength };
}

function reportOf(reader: WasmReader): LibraryReport {
  const store = storeOf(reader);
  return { json: reader.json(), crJson: reader.crJson(), ...(store !== undefined && { store }) };
}

/** Asked for a signature box by its address, the library hands out the whole manifest store. */
function storeOf(reader: WasmReader): Uint8Array | undefined {
  try {
    return reader.resourceToBytes(`self#jumbf=/c2pa/${reader.activeLabel()}/c2pa.signature`);
  } catch {
    return undefined;
  }
}

async function withFile<T>(path: string, work: (blob: Blob) => Promise<T>): Promise<T> {
  const descriptor = openSync(path, "r");
  try {
    return await work(new FileBlob(descriptor, 0, fstatSync(descriptor).size) as unknown as Blob);
  } finally {
    closeSync(descriptor);
  }
}

/** The library throws texts, Node errors with a system code; what is neither is a crash of the library: the thread ends. */
function failureOf(thrown: unknown): SealThreadReport {
  if (typeof thrown === "string") {
    return { kind: "refused", reason: thrown, memoryBytes: library.memory.buffer.byteLength };
  }
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === undefined) throw thrown;
  return { kind: "failed", message, systemCode: code };
}
