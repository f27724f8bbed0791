export { consentFileOf, resolveConsent, type ConsentWish } from "./resolve-consent.js";
export type { ConsentTools } from "./consent-desk.js";
export { makeConsent, type MadeConsent } from "./make-consent.js";
export type { NewConsentFlags } from "./new-consent-flags.js";
export { takeBack, type OutputUnder, type TakenBack } from "./take-back.js";
export {
  entryInWords,
  factsOfMade,
  madeInWords,
  revocationInWords,
  rowInWords,
  rowOf,
  stateOf,
} from "./consent-in-words.js";
export { assertRecordFree, writeRecord } from "./write-record.js";
export { writeReceipt, type ReceiptFiles } from "./write-receipt.js";
