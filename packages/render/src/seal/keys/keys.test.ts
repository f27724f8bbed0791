import { execFileSync } from "node:child_process";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { platform } from "node:process";
import { describe, expect, it } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import type { UnderstudyError } from "#model/errors.js";
import { testKeys } from "#seal/testing/test-keys.js";
import { certificateUses } from "./certificate-uses.js";
import { importKeys } from "./import-keys.js";
import {
  issueCertificate,
  keyUsages,
  newKeyPair,
  privateKeyPem,
  type CertificateRequest,
} from "./issue-certificate.js";
import { joinKeys, splitKeys, splitPem } from "./key-files.js";
import { readAnchors, readKeys, writeKeys } from "./key-folder.js";
import { makeKeys } from "./make-keys.js";

const folder = useTempFolder();
const now = new Date("2026-03-01T00:00:00Z");

describe("keys made here", () => {
  it("are an authority for 20 years and a leaf of its for 10", async () => {
    const keys = await makeKeys({ now, commonName: "Studio" });
    const leaf = new X509Certificate(keys.certificateChainPem);
    const authority = new X509Certificate(keys.authority?.certificatePem ?? "");
    expect(leaf.checkIssued(authority) && leaf.verify(authority.publicKey)).toBe(true);
    expect([leaf.ca, authority.ca]).toEqual([false, true]);
    expect(leaf.subject).toBe("O=Understudy self-issued\nCN=Studio");
    expect(new Date(leaf.validTo)).toEqual(new Date("2036-03-01T00:00:00Z"));
    expect(new Date(authority.validTo)).toEqual(new Date("2046-03-01T00:00:00Z"));
    expect(leaf.serialNumber).toHaveLength(32);
    expect(splitPem(keys.certificateChainPem)).toHaveLength(1);
  });

  it("hold for dates after 2049 too", async () => {
    const { authority } = await makeKeys({ now: new Date("2031-01-01") });
    expect(new Date(new X509Certificate(authority?.certificatePem ?? "").validTo).getUTCFullYear()).toBe(2051);
  });
});

describe("a key folder", () => {
  it.skipIf(platform === "win32")(
    "is for its owner only, and so are all in it and the folders made above it",
    async () => {
      const path = folder("data/keys");
      await writeKeys(path, await makeKeys({ now }));
      const names = await readdir(path, { recursive: true });
      expect(names.sort()).toEqual([
        "anchors",
        expect.stringMatching(/^anchors.[0-9a-f]{64}\.pem$/),
        "signing-keys.pem",
      ]);
      const modes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).mode & 0o777));
      expect(modes).toEqual([0o700, 0o600, 0o600]);
      for (const made of [path, dirname(path)]) expect((await stat(made)).mode & 0o777).toBe(0o700);
    },
  );

  it("gives back what was written", async () => {
    const path = folder("same");
    expect(await readKeys(path, now)).toBeUndefined();
    const keys = await makeKeys({ now });
    await writeKeys(path, keys);
    const read = await readKeys(path, now);
    expect(read?.isSelfIssued).toBe(true);
    expect(read?.certificateChain).toEqual([new X509Certificate(keys.certificateChainPem).raw]);
    expect(await readAnchors(path)).toContain(keys.authority?.certificatePem.trim());
  });

  it("keeps its keys unless told to replace them; then the old certificate stays and the old key goes", async () => {
    const path = folder("replaced");
    const [first, second, third] = [await makeKeys({ now }), await makeKeys({ now }), await makeKeys({ now })];
    await writeKeys(path, first);
    await expect(writeKeys(path, second)).rejects.toMatchObject({ code: "keys-exist" });
    expect(await readFile(join(path, "signing-keys.pem"), "utf8")).toContain(first.privateKeyPem.trim());
    await writeKeys(path, second, { replace: true });
    await writeKeys(path, third, { replace: true });
    const anchors = splitPem(await readAnchors(path));
    expect(anchors.toSorted()).toEqual(
      [first, second, third].map(({ authority }) => authority?.certificatePem.trim()).toSorted(),
    );
    const texts = await textsBelow(path);
    expect(texts.filter((text) => text.includes("PRIVATE KEY"))).toEqual([joinKeys(third)]);
    expect((await readdir(path, { recursive: true })).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it("has keys at every moment while they are replaced, and each is known as ours before it can sign", async () => {
    const path = folder("watched");
    const keys = await Promise.all([1, 2].map(() => makeKeys({ now })));
    await writeKeys(path, keys[0]!);
    for (let round = 1; round < 20; round++) {
      const replacing = writeKeys(path, keys[round % 2]!, { replace: true });
      for (let look = 0; look < 5; look++) {
        const text = await readFile(join(path, "signing-keys.pem"), "utf8");
        expect(await readAnchors(path)).toContain(splitKeys(text).authority?.certificatePem);
      }
      await replacing;
    }
  });

  it.skipIf(platform === "win32")(
    "with keys that others may read is refused, with the command that helps",
    async () => {
      const path = folder("exposed by Jo's");
      await writeKeys(path, await makeKeys({ now }));
      await chmod(join(path, "signing-keys.pem"), 0o640);
      const thrown = (await readKeys(path, now).catch((error: unknown) => error)) as UnderstudyError;
      expect(thrown).toMatchObject({
        code: "keys-exposed",
        message: "Others may read signing-keys.pem (its rights are 640).",
      });
      execFileSync("sh", ["-c", /chmod .*$/.exec(thrown.hint)?.[0] ?? "false"]);
      expect(await readKeys(path, now)).toBeDefined();
    },
  );

  it.skipIf(platform === "win32")(
    "that cannot be read is told apart from one without keys, and from damaged ones",
    async () => {
      const path = folder("unreadable");
      await mkdir(path);
      // A link to itself stands for every failure but "not there"; the rights of files do not bind the root user.
      for (const name of ["signing-keys.pem", "anchors"]) await symlink(name, join(path, name));
      await expect(readKeys(path, now)).rejects.toMatchObject({ code: "data-folder-unreadable" });
      await expect(readAnchors(path)).rejects.toMatchObject({ code: "data-folder-unreadable" });
    },
  );

  it.each([
    { what: "damaged key", change: (text: string) => text.replace(/(?<=BEGIN PRIVATE KEY-----)[^-]+/, "\nSECRET\n") },
    {
      what: "damaged certificate",
      change: (text: string) => text.replace(/(?<=BEGIN CERTIFICATE-----)[^-]+/, "\nTUlJ\n"),
    },
    { what: "empty file", change: () => "" },
    { what: "missing key", change: (text: string) => splitPem(text).join("\n") },
    { what: "missing certificate", change: (text: string) => splitPem(text, "PRIVATE KEY").join("\n") },
  ])("with a $what is unusable, and the error quotes nothing", async ({ what, change }) => {
    const path = folder(what);
    const keys = await makeKeys({ now });
    await writeKeys(path, keys);
    await writeFile(join(path, "signing-keys.pem"), change(joinKeys(keys)));
    const thrown = (await readKeys(path, now).catch((error: unknown) => error)) as Error & { code: string };
    expect(thrown.code).toBe("keys-unusable");
    expect(JSON.stringify([thrown.message, thrown.stack, thrown.cause])).not.toContain("SECRET");
    expect(thrown.cause).toBeUndefined();
  });

  it("passes over what is no certificate among the anchors", async () => {
    const path = folder("anchors");
    await writeKeys(path, await makeKeys({ now }));
    const text = "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----";
    await writeFile(join(path, "anchors", "x.pem"), text);
    expect(splitPem(await readAnchors(path))).toHaveLength(1);
  });
});

async function textsBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((each) => each.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(files.map((file) => readFile(file, "utf8")));
}

describe("a bought certificate", () => {
  it("is kept leaf first, in order, without the root", async () => {
    const { leaf, leafKeys, middle, root } = await boughtChain();
    const keys = await importKeys({
      certificatePem: root + leaf + middle,
      privateKeyPem: await privateKeyPem(leafKeys),
      now,
    });
    expect(splitPem(keys.certificateChainPem)).toEqual([leaf.trim(), middle.trim()]);
    expect(keys.authority).toBeUndefined();
    await writeKeys(folder("bought"), keys);
    expect((await readKeys(folder("bought"), now))?.isSelfIssued).toBe(false);
    expect(splitPem(await readAnchors(folder("bought")))).toEqual([leaf.trim()]);
  });

  it.each([
    { reason: "expired on 2025-01-01", change: { to: new Date("2025-01-01") } },
    { reason: "is valid from 2027-01-01 only", change: { from: new Date("2027-01-01") } },
    { reason: "is that of an authority; a leaf is needed", change: { isAuthority: true } },
    { reason: "lacks the key usage digitalSignature", change: { keyUsage: 0 } },
    { reason: "lacks the key usage digitalSignature", change: { keyUsage: keyUsages.crlSign } },
    {
      reason: "lacks the extended key usage emailProtection, documentSigning or C2PA claim signing",
      change: { extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"] },
    },
    {
      reason: "lacks the extended key usage emailProtection, documentSigning or C2PA claim signing",
      change: { extendedKeyUsage: [] },
    },
  ])("that $reason is refused", async ({ reason, change }) => {
    const { leaf, leafKeys } = await boughtChain(change);
    const bought = { certificatePem: leaf, privateKeyPem: await privateKeyPem(leafKeys), now };
    await expect(importKeys(bought)).rejects.toThrow(
      expect.objectContaining({ code: "certificate-unusable", message: `The certificate ${reason}.` }),
    );
  });

  it("without its own key is refused", async () => {
    const { leaf } = await boughtChain();
    const other = await privateKeyPem(await newKeyPair());
    await expect(importKeys({ certificatePem: leaf, privateKeyPem: other, now })).rejects.toThrow(
      expect.objectContaining({ code: "certificate-unusable" }),
    );
  });

  it("that signs itself is refused", async () => {
    const keys = await newKeyPair();
    const name = { organisation: "O", commonName: "Self" };
    const leaf = await issueCertificate({ ...usual, subject: name, keys, issuer: { name, keys } });
    const pem = await privateKeyPem(keys);
    await expect(importKeys({ certificatePem: leaf, privateKeyPem: pem, now })).rejects.toThrow(/signed by itself/);
  });

  it("with a key of another kind is refused", async () => {
    const { files } = await testKeys();
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const privateKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    await expect(importKeys({ certificatePem: files.certificateChainPem, privateKeyPem, now })).rejects.toThrow(
      expect.objectContaining({ code: "certificate-unusable" }),
    );
  });
});

const usual = {
  from: new Date("2024-01-01"),
  to: new Date("2030-01-01"),
  isAuthority: false,
  keyUsage: keyUsages.digitalSignature,
  extendedKeyUsage: [certificateUses.emailProtection],
} satisfies Partial<CertificateRequest>;

/** Root, intermediate and leaf, as a seller hands them over. */
async function boughtChain(change: Partial<CertificateRequest> = {}) {
  const authority = { isAuthority: true, keyUsage: keyUsages.keyCertSign, extendedKeyUsage: [] };
  const root = { name: { organisation: "Seller", commonName: "Root" }, keys: await newKeyPair() };
  const middle = { name: { organisation: "Seller", commonName: "Middle" }, keys: await newKeyPair() };
  const leafKeys = await newKeyPair();
  const subject = { organisation: "Buyer", commonName: "Buyer" };
  return {
    leafKeys,
    root: await issueCertificate({ ...usual, ...authority, subject: root.name, keys: root.keys, issuer: root }),
    middle: await issueCertificate({ ...usual, ...authority, subject: middle.name, keys: middle.keys, issuer: root }),
    leaf: await issueCertificate({ ...usual, subject, keys: leafKeys, issuer: middle, ...change }),
  };
}
