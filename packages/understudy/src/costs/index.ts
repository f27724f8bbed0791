export { actualCost } from "./actual-cost.js";
export { assertWithinCap } from "./assert-within-cap.js";
export { estimateCost } from "./estimate-cost.js";
export { learnFrameSeconds, type FrameSeconds } from "./learn-frame-seconds.js";
