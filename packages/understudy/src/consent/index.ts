export { resolveConsent, type ConsentWish } from "./resolve-consent.js";
