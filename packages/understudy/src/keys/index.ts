export { ensureKeys } from "./ensure-keys.js";
export { initKeys, type KeyWish } from "./init-keys.js";
export { keyFactsInWords, keyFactsOf, type KeyFacts } from "./key-facts.js";
