import { createActor, type Actor } from "./actor.js";

/** Two invented people who are easy to tell apart: one talks in the demo's product video, the other one's portrait is put in. */
export const demoActors: { readonly presenter: Actor; readonly customer: Actor } = {
  presenter: createActor({ seed: 26, presentation: "feminine", skinTone: 0.66, hair: "long", glasses: false }),
  customer: createActor({ seed: 45, presentation: "feminine", skinTone: 0.3, hair: "long", glasses: false }),
};
