import { readFileSync } from "node:fs";
import { createNodeAvIo } from "#media/node-av/node-av-io.js";
import type { RenderServices } from "./pipeline.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Wires a render that needs nothing but this machine. */
export function createLocalServices(options: Pick<RenderServices, "workers" | "workFolder"> = {}): RenderServices {
  return { ...options, software: `understudy ${version}`, io: createNodeAvIo() };
}
