import { createActor, type Actor } from './actor.js';

/** Two invented people who are easy to tell apart: one talks in the demo's product video, the other one's portrait is put in. */
export const demoActors: { readonly presenter: Actor; readonly customer: Actor } = {
  presenter: createActor({ seed: 4, presentation: 'feminine' }),
  customer: createActor({ seed: 2, presentation: 'masculine', skinTone: 0.62 }),
};
