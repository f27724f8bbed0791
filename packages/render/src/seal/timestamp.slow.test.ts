import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { openProvenance } from "./open-provenance.js";
import { makeTestKeys, testKeys } from "./testing/test-keys.js";
import { testMedia } from "./testing/test-media.js";
import { noSignal, readOrder, testOrder } from "./testing/test-order.js";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const file = useTempFolder();
const provenance = openProvenance();
afterAll(() => provenance.close());

describe.skipIf(!hasOpenssl)("with a real timestamp authority (openssl ts)", () => {
  let url: string;
  let authorityPem: string;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on("data", (chunk: Buffer) => chunks.push(chunk))
      .on("end", () => {
        writeFileSync(file("query"), Buffer.concat(chunks));
        openssl("ts", "-reply", "-config", file("ts.cnf"), "-queryfile", file("query"), "-out", file("reply"));
        response.end(readFileSync(file("reply")));
      });
  });

  beforeAll(async () => {
    authorityPem = makeAuthority();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    for (const name of ["video.mp4", "still.png"] as const) await testMedia[name].write(file(name));
  });
  afterAll(() => void server.close());

  it.each(["video.mp4", "still.png"] as const)("%s says when it was signed, and adds less than 10 kB", async (name) => {
    const { credentials, anchorsPem } = await testKeys();
    const order = testOrder(file(name), testMedia[name].mediaType);
    const { addedBytes } = await provenance.seal(order, { ...credentials, timestampUrl: url }, noSignal);
    expect(addedBytes).toBeLessThan(10_000);
    const facts = await provenance.read(
      readOrder(order.outputPath, anchorsPem, { trustAnchorsPem: authorityPem }),
      noSignal,
    );
    if (facts.state !== "valid") throw new Error(JSON.stringify(facts));
    const signedAt = Date.parse(facts.claim.signedAt ?? "");
    expect(Math.abs(signedAt - Date.now())).toBeLessThan(60_000);
  });

  it("without a timestamp the time is not told, and an authority that nobody trusts tells none either", async () => {
    const { credentials, anchorsPem } = await testKeys();
    const order = testOrder(file("video.mp4"), "video/mp4", { outputPath: file("untrusted.mp4") });
    await provenance.seal(order, { ...credentials, timestampUrl: url }, noSignal);
    const facts = await provenance.read(readOrder(order.outputPath, anchorsPem), noSignal);
    expect(facts).toMatchObject({ state: "valid", trust: "ours" });
    expect(JSON.stringify(facts)).not.toContain("signedAt");
  });

  it("the token changes nothing of what is signed: a changed byte of the media is still noticed", async () => {
    const { anchorsPem } = await testKeys();
    const bytes = await readFile(file("untrusted.mp4"));
    bytes[bytes.length - 20]! ^= 1;
    writeFileSync(file("changed.mp4"), bytes);
    expect((await provenance.read(readOrder(file("changed.mp4"), anchorsPem), noSignal)).state).toBe("altered");
  });

  it("an expired certificate does not get better by it", async () => {
    const { credentials } = await makeTestKeys(new Date("2001-01-01"));
    const order = testOrder(file("video.mp4"), "video/mp4", { outputPath: file("expired.mp4") });
    const sealing = provenance.seal(order, { ...credentials, timestampUrl: url }, noSignal);
    await expect(sealing).rejects.toMatchObject({ code: "seal-failed" });
  });
});

/** Makes a root and a timestamp signer below it, and tells where openssl finds them. @returns PEM of the root. */
function makeAuthority(): string {
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  writeFileSync(
    file("ts.cnf"),
    `[req]
distinguished_name=dn
[dn]
[root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign
subjectKeyIdentifier=hash
[leaf]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
[tsa]
default_tsa=tsa1
[tsa1]
serial=${file("serial")}
crypto_device=builtin
signer_cert=${file("leaf.pem")}
signer_key=${file("leaf.key")}
certs=${file("root.pem")}
signer_digest=sha256
default_policy=1.2.3.4
digests=sha256
accuracy=secs:1
ess_cert_id_alg=sha256
`,
  );
  const config = ["-config", file("ts.cnf")];
  const root = ["-keyout", file("root.key"), "-out", file("root.pem"), "-subj", "/O=Test/CN=Root", "-days", "30"];
  openssl("req", "-x509", ...config, ...newKey, ...root, "-extensions", "root");
  const leaf = ["-keyout", file("leaf.key"), "-out", file("leaf.csr"), "-subj", "/O=Test/CN=TSA"];
  openssl("req", "-new", ...config, ...newKey, ...leaf);
  const issuer = ["-CA", file("root.pem"), "-CAkey", file("root.key"), "-CAcreateserial", "-days", "20"];
  const extensions = ["-extfile", file("ts.cnf"), "-extensions", "leaf"];
  openssl("x509", "-req", "-in", file("leaf.csr"), "-out", file("leaf.pem"), ...issuer, ...extensions);
  return readFileSync(file("root.pem"), "utf8");
}

function openssl(...options: string[]): void {
  execFileSync("openssl", options, { stdio: "pipe" });
}
