import { createActor, type Actor } from "./actor.js";

/**
 * Two invented people who are easy to tell apart, for a viewer and for the face embedder (the swap of the one into the
 * other is nearer to its portrait by 0.28): one talks in the demo's product video, the other one's portrait is put in.
 */
export const demoActors: { readonly presenter: Actor; readonly customer: Actor } = {
  presenter: createActor({
    seed: 31,
    presentation: "masculine",
    hair: "side",
    beard: "none",
    skinTone: 0.35,
    ageYears: 35,
  }),
  customer: createActor({
    seed: 50,
    presentation: "masculine",
    hair: "curly",
    beard: "moustache",
    skinTone: 0.4,
    ageYears: 50,
  }),
};
