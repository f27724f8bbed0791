export { createRemoteVoice, type RemoteVoice, type RemoteVoiceOptions } from "./create-remote-voice.js";
export { openVoiceEngine, type VoiceChoice } from "./open-voice-engine.js";
export type { RemoteSpeech } from "./read-speech.js";
