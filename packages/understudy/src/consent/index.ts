export { consentFileOf, resolveConsent, type ConsentWish } from "./resolve-consent.js";
export { makeConsent, type ConsentTools, type MadeConsent, type NewConsentFlags } from "./make-consent.js";
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
