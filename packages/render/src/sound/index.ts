export { mixSpeech, type MixedSound, type MixOrder, type SpokenPassage } from "./mix-speech.js";
