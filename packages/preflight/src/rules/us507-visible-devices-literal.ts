import type { ImageRule } from "./rule.js";

/** One visible card in an image whose workers get several. */
export const visibleDevicesLiteral: ImageRule = {
  scope: "image",
  meta: {
    id: "US507",
    name: "visible-devices-literal",
    level: "note",
    phase: "job",
    summary: "CUDA_VISIBLE_DEVICES hides cards that the endpoint pays for.",
    seeds: ["S63"],
    fix: "by-hand",
  },
  *check(image) {
    const devices = image.runtimeEnvironment.get("CUDA_VISIBLE_DEVICES");
    const at = image.environmentLine("CUDA_VISIBLE_DEVICES");
    const count = image.project.endpoint.gpuCount;
    if (devices === undefined || at === undefined || count === undefined) return;
    if (!/^\d+(?:,\d+)*$/.test(devices) || devices.split(",").length >= count.value) return;
    yield {
      message: `Each worker gets ${count.value} cards, and CUDA_VISIBLE_DEVICES=${devices} hides all but ${devices.split(",").length}.`,
      remedy: "Drop the line, or ask for fewer cards.",
      at,
      evidence: [{ statement: `The endpoint asks for ${count.value} cards a worker.`, location: count.location }],
    };
  },
};
