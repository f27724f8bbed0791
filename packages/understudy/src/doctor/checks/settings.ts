import { readStanding } from "#consent/standing-attestation.js";
import { ok, trouble } from "#doctor/finding.js";
import type { Check } from "#doctor/world.js";
import { isLoopback } from "#endpoint/listen-address.js";
import { readBucketSettings } from "#storage/bucket-settings.js";

/** The address that links carry. */
export const publicUrlCheck: Check = {
  id: "public-url",
  part: "the public address",
  async examine({ config, io }) {
    const { publicUrl } = config.server;
    if (publicUrl === "") {
      const isShared = (io.env["DATABASE_URL"] ?? "") !== "" || readBucketSettings(io.env) !== undefined;
      if (!isShared) return [ok("public-url", "Links carry the address that the service listens at.", "not set")];
      return [
        trouble("warning", "public-url", "Links carry the address that each process listens at.", {
          evidence: "server.publicUrl is not set, and others share the database or the bucket",
          remedy: "Set server.publicUrl to the address under which others reach the service.",
        }),
      ];
    }
    const { protocol, hostname } = new URL(publicUrl);
    if (protocol === "https:" || isLoopback(hostname.replace(/^\[|\]$/g, ""))) {
      return [ok("public-url", "Links carry the public address.", publicUrl)];
    }
    return [
      trouble("warning", "public-url", "Keys and faces travel unencrypted to the public address.", {
        evidence: publicUrl,
        remedy: "Put a proxy with TLS before the service, and set server.publicUrl to its https address.",
      }),
    ];
  },
};

/** Whose word is enough for a render. */
export const consentPolicyCheck: Check = {
  id: "consent-policy",
  part: "the consent policy",
  async examine({ config, io }) {
    const { allowAttested, standing } = config.consent;
    const attestation = readStanding(standing);
    const evidence = [
      allowAttested ? "an operator's word is enough" : "the person's own consent is needed",
      attestation === undefined ? "no standing attestation" : `standing attestation until ${attestation.expiresAt}`,
    ].join(", ");
    if (attestation !== undefined && Date.parse(attestation.expiresAt) <= io.now().getTime()) {
      const remedy = "Set consent.standing.expiresAt anew, or take the standing attestation out.";
      return [trouble("error", "consent-policy", "The standing attestation has run out.", { evidence, remedy })];
    }
    return [ok("consent-policy", "The consent policy is whole.", evidence)];
  },
};
