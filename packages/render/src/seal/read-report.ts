import type { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { ProvenanceClaim, ProvenanceFacts, SignerTrust } from "#model/provenance.js";
import { readActionOf } from "./actions.js";
import { renderAssertionLabel } from "./manifest-definition.js";
import type { LibraryReport } from "./seal-messages.js";
import { signerOf } from "./signer.js";
import { signingCertificateOf } from "./signing-certificate.js";
import { meaningOf, requiredSuccesses } from "./status-codes.js";

/** More than the largest honest report has; one is kept from filling the memory. */
const maxJsonCharacters = 16_000_000;
const maxItems = 1000;

/**
 * Decides what the credentials of a file are worth, from the library's report on them.
 * @param isOwnLeaf whether a certificate is one of ours that no authority of ours issued.
 * @param holdsWholeFileHash for a sidecar: whether the file has this SHA-256 (hex), which the library could not look at.
 */
export async function factsOf(
  report: LibraryReport,
  isOwnLeaf: (certificate: X509Certificate) => boolean,
  holdsWholeFileHash?: (sha256: string) => Promise<boolean>,
): Promise<ProvenanceFacts> {
  const parsed = parse(report);
  if (parsed === undefined) return unreadable("report");
  const { json, label } = parsed;
  const results = json.validation_results;
  const failures = [
    ...(results.activeManifest?.failure ?? []),
    ...(results.ingredientDeltas ?? []).flatMap(({ validationDeltas }) => validationDeltas.failure),
  ].map(({ code }) => code);
  const successes = (results.activeManifest?.success ?? []).map(({ code }) => code);
  if (holdsWholeFileHash !== undefined) {
    const sha256 = wholeFileHashOf(report.crJson, label);
    if (sha256 === undefined) return unreadable("sidecar-binding");
    const isSame = await holdsWholeFileHash(sha256);
    replaceBinding(failures, successes, isSame);
  }
  const problems = (meaning: string) => [...new Set(failures.filter((code) => meaningOf(code) === meaning))];
  if (problems("invalid").length > 0) return { state: "invalid", problems: problems("invalid") };
  if (problems("altered").length > 0) return { state: "altered", problems: problems("altered") };
  const missing = requiredSuccesses.find((group) => !group.some((code) => successes.includes(code)));
  if (missing !== undefined) return { state: "invalid", problems: [`${missing[0]} is missing`] };
  const certificate = report.store && signingCertificateOf(report.store, label);
  const serial = parsed.manifest.signature_info?.cert_serial_number;
  if (certificate === undefined || BigInt(`0x${certificate.serialNumber}`).toString() !== serial) {
    return unreadable("signer");
  }
  return {
    state: "valid",
    trust: trustOf(successes, json.validation_results.trustListUri, isOwnLeaf(certificate)),
    signer: signerOf(certificate),
    claim: claimOf(parsed, successes.includes("timeStamp.trusted")),
  };
}

/** Credentials that are there and cannot be made sense of. */
export function unreadable(what: string): Extract<ProvenanceFacts, { state: "invalid" }> {
  return { state: "invalid", problems: [`manifest.unreadable (${what})`] };
}

const text = z.string().transform((value) => value.slice(0, 200));
const codes = z.array(z.object({ code: text })).max(maxItems * 10);

const manifestSchema = z.object({
  claim_generator: text.optional(),
  claim_generator_info: z
    .array(z.object({ name: text, version: text.optional() }))
    .max(maxItems)
    .optional(),
  assertions: z
    .array(z.object({ label: text, data: z.unknown() }))
    .max(maxItems)
    .optional(),
  signature_info: z.object({ time: text.optional(), cert_serial_number: text.optional() }).optional(),
});

const reportSchema = z.object({
  active_manifest: z.string().max(1000),
  manifests: z.record(z.string(), z.unknown()),
  validation_results: z.object({
    activeManifest: z.object({ success: codes, failure: codes }).optional(),
    ingredientDeltas: z.array(z.object({ validationDeltas: z.object({ failure: codes }) })).optional(),
    trustListUri: text.optional(),
  }),
});

const actionsSchema = z.object({
  actions: z
    .array(
      z.object({
        action: text,
        digitalSourceType: text.optional(),
        changes: z
          .array(
            z.object({ region: z.tuple([z.object({ time: z.object({ start: text, end: text }) })]).rest(z.unknown()) }),
          )
          .optional()
          .catch(undefined),
      }),
    )
    .max(maxItems),
});

const softBindingSchema = z.object({ alg: text, blocks: z.array(z.object({ value: text })).max(maxItems) });

const consentSchema = z.object({ id: text });

const renderSchema = z.object({
  renderId: text,
  consent: consentSchema,
  furtherConsents: z.array(consentSchema).max(maxItems).default([]),
});

const wholeFileSchema = z.object({
  alg: z.literal("sha256"),
  hash: z.string().regex(/^b64'[A-Za-z0-9+/]{43}='$/),
  exclusions: z.array(z.unknown()).max(0).optional(),
});

interface ParsedReport {
  readonly json: z.infer<typeof reportSchema>;
  readonly manifest: z.infer<typeof manifestSchema>;
  readonly label: string;
}

function parse({ json: reported }: LibraryReport): ParsedReport | undefined {
  if (reported.length > maxJsonCharacters) return undefined;
  const json = reportSchema.safeParse(JSON.parse(reported));
  if (!json.success) return undefined;
  const label = json.data.active_manifest;
  const manifest = manifestSchema.safeParse(json.data.manifests[label]);
  return manifest.success ? { json: json.data, manifest: manifest.data, label } : undefined;
}

function trustOf(successes: readonly string[], list: string | undefined, isOwnLeaf: boolean): SignerTrust {
  if (isOwnLeaf) return "ours";
  if (!successes.includes("signingCredential.trusted")) return "unknown";
  return list === "user_anchors" ? "ours" : "trusted";
}

function claimOf({ json, manifest, label }: ParsedReport, isTimeTrusted: boolean): ProvenanceClaim {
  const { claim_generator_info: [generator] = [], claim_generator: generatorText, assertions = [] } = manifest;
  const dataOf = <T>(name: RegExp, schema: z.ZodType<T>): T[] =>
    assertions.flatMap(({ label, data }) => {
      const parsed = schema.safeParse(data);
      return name.test(label) && parsed.success ? [parsed.data] : [];
    });
  const [render] = dataOf(new RegExp(`^${renderAssertionLabel.replaceAll(".", "\\.")}$`), renderSchema);
  const signedAt = isTimeTrusted ? manifest.signature_info?.time : undefined;
  return {
    label,
    generator: generator === undefined ? (generatorText ?? "") : [generator.name, generator.version].join(" ").trim(),
    ...(signedAt !== undefined && { signedAt }),
    actions: dataOf(/^c2pa\.actions(\.v2)?(__\d+)?$/, actionsSchema).flatMap(({ actions }) =>
      actions.map(readActionOf),
    ),
    softBindings: dataOf(/^c2pa\.soft-binding(__\d+)?$/, softBindingSchema).flatMap(({ alg, blocks }) =>
      blocks.map(({ value }) => ({ algorithm: alg, value })),
    ),
    ...(render !== undefined && ownFactsOf(render)),
    earlierManifests: Object.keys(json.manifests).length - 1,
  };
}

function ownFactsOf({
  renderId,
  consent,
  furtherConsents,
}: z.infer<typeof renderSchema>): Pick<ProvenanceClaim, "renderId" | "consentId" | "furtherConsentIds"> {
  const furtherConsentIds = furtherConsents.map(({ id }) => id);
  return { renderId, consentId: consent.id, ...(furtherConsentIds.length > 0 && { furtherConsentIds }) };
}

/** The hash over every byte of the file, hex; undefined when the manifest binds it in another way. */
function wholeFileHashOf(crJson: string, label: string): string | undefined {
  if (crJson.length > maxJsonCharacters) return undefined;
  const schema = z.object({
    manifests: z.array(z.object({ label: z.string(), assertions: z.record(z.string(), z.unknown()) })),
  });
  const parsed = schema.safeParse(JSON.parse(crJson));
  const manifest = parsed.data?.manifests.find((each) => each.label === label);
  const binding = wholeFileSchema.safeParse(manifest?.assertions["c2pa.hash.data"]);
  return binding.success ? Buffer.from(binding.data.hash.slice(4, -1), "base64").toString("hex") : undefined;
}

/** Puts our look at the file in the place of the library's, which had only the sidecar to look at. */
function replaceBinding(failures: string[], successes: string[], isSame: boolean): void {
  const mismatch = "assertion.dataHash.mismatch";
  const at = failures.indexOf(mismatch);
  if (at >= 0) failures.splice(at, 1);
  if (isSame) successes.push("assertion.dataHash.match");
  else failures.push(mismatch);
}
