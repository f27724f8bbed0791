export { mixSpeech, type MixedSound, type MixOrder, type SpokenPassage } from "./mix-speech.js";
export { resampleSound } from "./resample-sound.js";
