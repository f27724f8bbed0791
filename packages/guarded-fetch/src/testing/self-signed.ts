import { generateKeyPairSync, sign } from "node:crypto";

/** A certificate for one name and the key to it, both PEM. */
export interface SelfSigned {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Makes a certificate that nobody signed but itself (X.509 v3, P-256, valid from 2020 to 2049); Node has no function for it. */
export function selfSigned(name: string): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(0x30, oid("2a8648ce3d040302")); // ecdsa-with-SHA256
  const subject = der(0x30, der(0x31, der(0x30, oid("550403"), der(0x0c, text(name))))); // commonName
  const validity = der(0x30, der(0x17, text("200101000000Z")), der(0x17, text("491231235959Z")));
  const alternativeName = der(0x30, oid("551d11"), der(0x04, der(0x30, der(0x82, text(name)))));
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))), // version 3
    der(0x02, Buffer.of(1)), // serial number
    algorithm,
    subject, // issuer
    validity,
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(0x30, alternativeName)),
  );
  const signature = der(0x03, Buffer.of(0), sign("sha256", body, privateKey));
  const base64 = der(0x30, body, algorithm, signature).toString("base64");
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { byteLength } = content;
  const length = byteLength < 128 ? [byteLength] : [0x82, byteLength >> 8, byteLength & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function text(value: string): Buffer {
  return Buffer.from(value, "latin1");
}
