export { openQualityMeter, type PhotoIdentity, type QualityMeter, type QualityProbe } from "./quality-probe.js";
export type { QualitySample, Steadiness } from "./quality-sample.js";
export { summariseQuality } from "./summarise-quality.js";
