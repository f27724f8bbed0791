/** Extended key usages that C2PA takes for a claim's signer (C2PA 2.2, section 14.5.1). */
export const certificateUses = {
  emailProtection: "1.3.6.1.5.5.7.3.4",
  documentSigning: "1.3.6.1.5.5.7.3.36",
  claimSigning: "1.3.6.1.4.1.62558.2.1",
} as const;
