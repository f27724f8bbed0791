import { crc32, deflateSync } from "node:zlib";

/** A grey picture with nothing in it, as PNG. Source: https://www.w3.org/TR/png-3/ */
export function plainPng(widthPixels: number, heightPixels: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPixels, 0);
  header.writeUInt32BE(heightPixels, 4);
  // 8 bits of grey.
  header.writeUInt8(8, 8);
  const rows = Buffer.alloc((widthPixels + 1) * heightPixels, 0x80);
  // Each row begins with its filter: none.
  for (let row = 0; row < heightPixels; row++) rows[row * (widthPixels + 1)] = 0;
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
