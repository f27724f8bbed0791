export { askForConsent } from "./ask-for-consent.js";
export { resolveConsents, type CastConsentWish, type MemberPermission, type MemberPhotos } from "./consents-of-cast.js";
export { consentFileOf, resolveConsent, type ConsentWish } from "./resolve-consent.js";
export type { ConsentTools } from "./consent-desk.js";
export { makeConsent, type MadeConsent } from "./make-consent.js";
export type { NewConsentFlags } from "./new-consent-flags.js";
export { giveConsent, importConsent, type ConsentRoom, type GivenConsent } from "./give-consent.js";
export type { RecordedConsent } from "./consent-desk.js";
export { takeBack, type OtherConsent, type OutputUnder, type TakenBack } from "./take-back.js";
export { readRules } from "./consent-rules.js";
export { stateOf, type ConsentState } from "./consent-state.js";
export {
  consentInLine,
  entryInWords,
  factsOfMade,
  madeInWords,
  revocationInWords,
  rowInWords,
  rowOf,
  type ConsentRow,
} from "./consent-in-words.js";
export { assertRecordFree, writeRecord } from "./write-record.js";
export { writeReceipt, type ReceiptFiles } from "./write-receipt.js";
