import type { MediaIO } from "#media/media-io.js";
import { NodeAvCaptionPainter } from "./caption-painter.js";
import { NodeAvInput } from "./input.js";
import { loadNodeAv } from "./load.js";
import { NodeAvOutput } from "./output.js";
import { NodeAvPictureEncoder } from "./picture-encoder.js";
import { NodeAvSoundEncoder } from "./sound-encoder.js";

/** Media through node-av 6.1.1 (FFmpeg 8.1 in this process). The binding is loaded by the first call, not by this one. */
export function createNodeAvIo(): MediaIO {
  return {
    name: "node-av 6.1.1",
    openInput: async (path) => NodeAvInput.open(await loadNodeAv(), path),
    openPictureEncoder: async (settings) => new NodeAvPictureEncoder(await loadNodeAv(), settings),
    openSoundEncoder: async (settings) => new NodeAvSoundEncoder(await loadNodeAv(), settings),
    openCaptionPainter: async (order) => new NodeAvCaptionPainter(await loadNodeAv(), order),
    openOutput: async (path, settings = {}) => new NodeAvOutput(await loadNodeAv(), path, settings),
  };
}
