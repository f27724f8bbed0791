export { actualCost } from "./actual-cost.js";
export { assertWithinCap } from "./assert-within-cap.js";
export { estimateCost, type Expectation } from "./estimate-cost.js";
export { learnSecondsPerFrame } from "./learn-seconds-per-frame.js";
