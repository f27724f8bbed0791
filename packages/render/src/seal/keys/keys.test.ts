import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "node:process";
import { describe, expect, it } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
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
import { splitPem } from "./key-files.js";
import { keyAnchors, readKeys, writeKeys } from "./key-folder.js";
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
  it.skipIf(platform === "win32")("is readable by its owner only, and so is every file in it", async () => {
    const path = folder("private");
    await writeKeys(path, await makeKeys({ now }));
    const names = await readdir(path);
    expect(names.sort()).toEqual(["ca-private-key.pem", "ca.pem", "certificate-chain.pem", "private-key.pem"]);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    for (const name of names) expect((await stat(join(path, name))).mode & 0o777).toBe(0o600);
  });

  it("gives back what was written", async () => {
    const path = folder("same");
    expect(await readKeys(path, now)).toBeUndefined();
    const keys = await makeKeys({ now });
    await writeKeys(path, keys);
    const read = await readKeys(path, now);
    expect(read?.isSelfIssued).toBe(true);
    expect(read?.certificateChain).toEqual([new X509Certificate(keys.certificateChainPem).raw]);
    expect(await keyAnchors(path)).toContain(keys.authority?.certificatePem.trim());
  });

  it("keeps its keys unless told to replace them; then the old certificate stays and the old key goes", async () => {
    const path = folder("replaced");
    const [first, second, third] = [await makeKeys({ now }), await makeKeys({ now }), await makeKeys({ now })];
    await writeKeys(path, first);
    await expect(writeKeys(path, second)).rejects.toMatchObject({ code: "keys-exist" });
    expect(await readFile(join(path, "private-key.pem"), "utf8")).toBe(first.privateKeyPem);
    await writeKeys(path, second, { replace: true });
    await writeKeys(path, third, { replace: true });
    const anchors = splitPem(await keyAnchors(path));
    const expected = [third, second, first].map(({ authority }) => authority?.certificatePem.trim());
    expect(anchors[0]).toBe(expected[0]);
    expect(anchors.toSorted()).toEqual(expected.toSorted());
    const kept = await readdir(path, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      kept.filter((each) => each.isFile()).map((each) => readFile(join(each.parentPath, each.name), "utf8")),
    );
    expect(texts.filter((text) => text.includes("PRIVATE KEY"))).toHaveLength(2);
    expect((await readdir(folder(""))).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  it.skipIf(platform === "win32")("with a private key that others may read is refused", async () => {
    const path = folder("exposed");
    await writeKeys(path, await makeKeys({ now }));
    for (const name of ["private-key.pem", "ca-private-key.pem"]) {
      await chmod(join(path, name), 0o640);
      await expect(readKeys(path, now)).rejects.toMatchObject({
        code: "keys-exposed",
        message: `Others may read ${name} (its rights are 640).`,
      });
      await chmod(join(path, name), 0o600);
    }
  });

  it.each([
    {
      what: "damaged key",
      name: "private-key.pem",
      text: "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----",
    },
    {
      what: "damaged certificate",
      name: "certificate-chain.pem",
      text: "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----",
    },
    { what: "empty certificate", name: "certificate-chain.pem", text: "" },
    { what: "missing key", name: "private-key.pem", text: undefined },
    { what: "missing certificate", name: "certificate-chain.pem", text: undefined },
  ])("with a $what is unusable, and the error quotes nothing", async ({ what, name, text }) => {
    const path = folder(what);
    await writeKeys(path, await makeKeys({ now }));
    await rm(join(path, name));
    if (text !== undefined) await writeFile(join(path, name), text, { mode: 0o600 });
    const thrown = (await readKeys(path, now).catch((error: unknown) => error)) as Error & { code: string };
    expect(thrown.code).toBe("keys-unusable");
    expect(JSON.stringify([thrown.message, thrown.stack, thrown.cause])).not.toContain("SECRET");
    expect(thrown.cause).toBeUndefined();
  });

  it("passes over what is no certificate among the retired ones", async () => {
    const path = folder("retired");
    const keys = await makeKeys({ now });
    await writeKeys(path, keys);
    await mkdir(join(path, "retired"));
    await writeFile(join(path, "retired", "x.pem"), "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----");
    expect(splitPem(await keyAnchors(path))).toHaveLength(1);
  });
});

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
    expect(splitPem(await keyAnchors(folder("bought")))).toEqual([leaf.trim()]);
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
