import { readFileSync } from "node:fs";
import { createMediaIo } from "#media/create-media-io.js";
import { openProvenance } from "#seal/index.js";
import type { PrepareServices, RenderServices } from "./pipeline.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Services with something to give back when the last render is done. */
export interface LocalServices extends RenderServices {
  close(): Promise<void>;
}

/** Wires a render that needs nothing but this machine. */
export function createLocalServices(
  options: Pick<
    RenderServices,
    | "credentials"
    | "workers"
    | "mediaIo"
    | "workFolder"
    | "assertNotRevoked"
    | "approve"
    | "keptFaces"
    | "onThumbnailFailed"
    | "templates"
    | "voice"
  >,
): LocalServices {
  const provenance = openProvenance();
  return {
    ...options,
    software: `understudy ${version}`,
    io: createMediaIo(options.mediaIo ?? "auto"),
    provenance,
    close: () => provenance.close(),
  };
}

/** Wires what deciding a render needs. */
export function createPrepareServices(
  options: Pick<PrepareServices, "workers" | "mediaIo" | "voice"> = {},
): PrepareServices {
  return { ...options, io: createMediaIo(options.mediaIo ?? "auto") };
}
