// What other packages of this repository test with; not part of what is published.
export { describeConsentStore } from "#intake/testing/consent-store-contract.js";
export { signedDocument, testConsent, testNow, testPhotos } from "#intake/testing/test-consent.js";
export { describeRun, type RunFixture } from "./describe-run.js";
