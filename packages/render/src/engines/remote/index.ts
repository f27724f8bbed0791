export { referToConsent, type ConsentReference } from "./consent-reference.js";
export { engineFailureOf, parseEngineFailure, type EngineFailure } from "./engine-failure.js";
export { parseSwapClipOutput, writeSwapClipOutput, type RemoteClip } from "./swap-clip-answer.js";
export { parseSwapClipInput, writeSwapClipInput, type PersonOrder, type SwapClipOrder } from "./swap-clip-request.js";
export { swapClipInputSchema, swapClipOutputSchema, type SwapClipInput, type SwapClipOutput } from "./swap-contract.js";
export type { SwappedClip } from "./swapped-clip.js";
