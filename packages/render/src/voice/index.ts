export { assertVoiceAllowed } from "./assert-voice-allowed.js";
export type { CaptionFiles, FilmCaptions } from "./caption-film.js";
export { assertCaptionable, takeInSpeech, type SpeechIntake } from "./take-in-speech.js";
export { voiceOver, type VoiceOver } from "./voice-over.js";
