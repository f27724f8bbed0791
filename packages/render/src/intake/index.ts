export { checkRecording, type FaceMatch, type RecordingInput } from "./check-recording.js";
export type { ConsentEntry, ConsentStore, Revocation } from "./consent-store.js";
export { createFileConsentStore } from "./file-consent-store.js";
export { defaultUse, newConsent, type NewConsent } from "./new-consent.js";
export { attestationStatement, personStatement, spokenStatement, type StatementFacts } from "./statements.js";
export { takeInPhotos } from "./take-in-photos.js";
