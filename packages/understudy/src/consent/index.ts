export { consentFileOf, resolveConsent, type ConsentWish } from "./resolve-consent.js";
