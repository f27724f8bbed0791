import { describe, expect, it } from "vitest";
import { planarToRgb } from "./colour-conversion.js";
import { grabFrames } from "./grab-frames.js";
import type { MediaIO } from "./media-io.js";
import { createNodeAvIo } from "./node-av/node-av-io.js";
import { rotateImage } from "./rotate-image.js";
import { makeFixture } from "./node-av/testing/make-fixture.js";
import { fixtures, writeFixture, type FixtureName } from "./testing/fixtures.js";
import { useTempFolder } from "./testing/temp-folder.js";

const io = createNodeAvIo();
const inFolder = useTempFolder();

/** Every frame of a film, decoded from the start by one decoder. */
async function everyFrame(path: string) {
  const input = await io.openInput(path);
  const track = input.tracks.findIndex((one) => one.kind === "video");
  input.select([track]);
  const decoder = input.openDecoder(track, { convert: true });
  const images = [];
  for (let isEnded = false; !isEnded;) {
    const packet = await input.read();
    isEnded = packet === undefined;
    await decoder.send(packet);
    for (let decoded = await decoder.receive(); decoded !== undefined; decoded = await decoder.receive()) {
      images.push(rotateImage(planarToRgb(decoded.planes), input.tracks[track]?.picture?.rotation ?? 0));
      decoded.release();
    }
  }
  decoder.close();
  input.close();
  return images;
}

/** Counts the packets that decoders are given. */
function countingIo(): { readonly io: MediaIO; readonly decoded: () => number } {
  let packets = 0;
  const openInput: MediaIO["openInput"] = async (path) => {
    const input = await io.openInput(path);
    const openDecoder = input.openDecoder.bind(input);
    input.openDecoder = (...settings) => {
      const decoder = openDecoder(...settings);
      const send = decoder.send.bind(decoder);
      decoder.send = (packet) => {
        if (packet !== undefined) packets++;
        return send(packet);
      };
      return decoder;
    };
    return input;
  };
  return { io: { ...io, openInput }, decoded: () => packets };
}

describe("grabFrames", () => {
  it.each([
    "closed.mp4",
    "pre-roll.mp4",
    "open-gop.mp4",
    "hevc.mp4",
    "vp9-opus.webm",
    "matroska.mkv",
    "interlaced.mp4",
    "transport.ts",
    "rotated.mp4",
  ] as const satisfies FixtureName[])("gives the pictures of %s that decoding from the start gives", async (name) => {
    const path = inFolder(name);
    await writeFixture(name, path);
    const all = await everyFrame(path);
    const end = all.length - 1;
    const wanted = [end, 0, 31, 14, 15, 16, 55, 31, end + 5];
    const images = await grabFrames(io, path, wanted);
    const matches = images.map((image, at) =>
      Buffer.compare(image.rgb, all[Math.min(end, wanted[at] ?? 0)]?.rgb ?? image.rgb),
    );
    expect(matches).toEqual(wanted.map(() => 0));
  });

  it("decodes only the groups of pictures that hold a wanted frame", async () => {
    const path = inFolder("long.mp4");
    await makeFixture(path, { picture: { ...fixtures["closed.mp4"].picture, frameCount: 300 } });
    const all = await everyFrame(path);
    const counting = countingIo();
    const images = await grabFrames(counting.io, path, [250, 92, 95]);
    expect(images.map((image, at) => Buffer.compare(image.rgb, all[[250, 92, 95][at] ?? 0]?.rgb ?? image.rgb))).toEqual(
      [0, 0, 0],
    );
    expect(counting.decoded()).toBeLessThan(40);
  });
});
