import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createPlanes } from "#media/colour-conversion.js";
import { nalType, nalTypeOf, splitAnnexB } from "#media/h264/nal.js";
import { parseAvcConfiguration, parseSequenceSet } from "#media/h264/parameter-sets.js";
import { captionSample } from "#media/caption-sample.js";
import type { CodedPacket, DecoderSettings, MediaInput, MediaIO, PictureEncoderSettings } from "#media/media-io.js";
import { assBox } from "./ass-box.js";
import { captionsOf } from "./captions-of.js";
import { drawTestPicture, readBarcode } from "./draw-test-picture.js";
import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";
import { writeFixture, type FixtureName } from "./fixtures.js";
import { useTempFolder } from "./temp-folder.js";

/** What a test keeps of a packet. */
type PacketFacts = Omit<CodedPacket, "payload"> & { readonly digest: string };

/** What a test keeps of a picture. */
interface PictureFacts {
  readonly ptsTicks: number;
  readonly barcode: number;
  readonly size: string;
}

const countTo = (length: number): number[] => Array.from({ length }, (_, number) => number);

/** What every implementation of `MediaIO` must do, with files whose every frame and time is known. */
export function describeMediaIo(name: string, open: () => MediaIO): void {
  describe(`media through ${name}`, () => {
    const io = open();
    const inFolder = useTempFolder();
    const made = new Map<FixtureName, Promise<string>>();

    const fixture = (file: FixtureName): Promise<string> => {
      const path = made.get(file) ?? writeFixture(file, inFolder(file));
      made.set(file, path);
      return path;
    };

    async function withInput<T>(path: string, action: (input: MediaInput) => Promise<T>): Promise<T> {
      const input = await io.openInput(path);
      try {
        return await action(input);
      } finally {
        input.close();
      }
    }

    const packetsOf = (path: string, tracks?: readonly number[]): Promise<PacketFacts[]> =>
      withInput(path, async (input) => {
        if (tracks !== undefined) input.select(tracks);
        const packets: PacketFacts[] = [];
        for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
          packets.push(factsOf(packet));
        }
        expect(input.endedEarly).toBe(false);
        return packets;
      });

    /** Decodes the packets `[start, end)` of a file's picture. */
    const decode = (path: string, settings: DecoderSettings = {}, start = 0, end = Number.POSITIVE_INFINITY) =>
      withInput(path, async (input) => {
        const track = input.tracks.findIndex(({ kind }) => kind === "video");
        input.select([track]);
        const decoder = input.openDecoder(track, settings);
        const pictures: PictureFacts[] = [];
        const receive = async (): Promise<void> => {
          for (let one = await decoder.receive(); one !== undefined; one = await decoder.receive()) {
            const { widthPixels, heightPixels } = one.planes;
            const size = `${widthPixels}x${heightPixels}`;
            pictures.push({ ptsTicks: one.ptsTicks, barcode: readBarcode(one.planes), size });
            one.release();
          }
        };
        try {
          for (let number = 0; number < end; number++) {
            const packet = await input.read();
            if (packet === undefined) break;
            if (number < start) continue;
            await decoder.send(packet);
            await receive();
          }
          await decoder.send(undefined);
          await receive();
          return { pictures, errorCount: decoder.errorCount };
        } finally {
          decoder.close();
        }
      });

    describe("reading", () => {
      it("tells the facts of a file's tracks", async () => {
        await withInput(await fixture("closed.mp4"), async ({ container, zeroSeconds, durationSeconds, tracks }) => {
          expect({ container, zeroSeconds, durationSeconds }).toEqual({
            container: "mov,mp4,m4a,3gp,3g2,mj2",
            zeroSeconds: 0,
            durationSeconds: expect.closeTo(3, 1),
          });
          expect(tracks).toMatchObject([
            {
              index: 0,
              kind: "video",
              codec: "h264",
              isCoverArt: false,
              timeBase: { numerator: 1, denominator: 15_360 },
              declaredPackets: 90,
              durationSeconds: 3,
              picture: {
                widthPixels: 192,
                heightPixels: 108,
                rotation: 0,
                pixelFormat: "yuv420p",
                bitDepth: 8,
                averageFrameRate: { numerator: 30, denominator: 1 },
                isInterlaced: false,
                colour: { primaries: 2, transfer: 2, matrix: 2, isFullRange: false },
              },
            },
            { index: 1, kind: "audio", codec: "aac", sound: { sampleRateHz: 48_000, channelCount: 2 } },
          ]);
          expect(parseAvcConfiguration(tracks[0]?.configuration ?? new Uint8Array())).toMatchObject({ profile: 100 });
        });
      });

      it.each([
        ["rotated.mp4", { rotation: 90 }],
        ["ten-bit.mp4", { pixelFormat: "yuv420p10le", bitDepth: 10 }],
        ["interlaced.mp4", { isInterlaced: true }],
        ["odd-size.webm", { widthPixels: 181, heightPixels: 107 }],
      ] as const)("tells what is special about %s", async (file, picture) => {
        await withInput(await fixture(file), async ({ tracks }) => expect(tracks[0]?.picture).toMatchObject(picture));
      });

      it("gives packets with exact times, in file order", async () => {
        const packets = await packetsOf(await fixture("closed.mp4"));
        expect(packets).toHaveLength(232);
        const pictures = packets.filter(({ trackIndex }) => trackIndex === 0);
        expect(pictures.map(({ dtsTicks }) => dtsTicks)).toEqual(countTo(90).map((number) => (number - 2) * 512));
        expect(pictures.map(({ ptsTicks }) => ptsTicks).toSorted((left, right) => left - right)).toEqual(
          countTo(90).map((number) => number * 512),
        );
        expect(new Set(pictures.map(({ durationTicks }) => durationTicks))).toEqual(new Set([512]));
        expect(pictures.flatMap(({ isKeyframe }, number) => (isKeyframe ? [number] : []))).toEqual([
          0, 15, 30, 45, 60, 75,
        ]);
        const isOdd = pictures.some((packet) => packet.isHidden || packet.isDamaged || packet.isReconfigured);
        expect(isOdd).toBe(false);
      });

      it("keeps uneven times and marks what an edit list hides", async () => {
        const uneven = await packetsOf(await fixture("vfr-baseline.mp4"), [0]);
        expect(uneven.map(({ ptsTicks }) => ptsTicks)).toEqual(
          countTo(60).map((frame) => frame * 512 + (frame % 3) * 170),
        );
        const preRoll = await packetsOf(await fixture("pre-roll.mp4"), [0]);
        expect(preRoll.length).toBeGreaterThan(70);
        for (const { ptsTicks, isHidden } of preRoll) expect(isHidden).toBe(ptsTicks < 0);
      });

      it("gives decode times to packets of a container that stores none", async () => {
        const packets = await packetsOf(await fixture("matroska.mkv"), [0]);
        const times = packets.map(({ dtsTicks }) => dtsTicks);
        expect(times).toEqual(times.toSorted((left, right) => left - right));
        expect(packets.every(({ ptsTicks, dtsTicks }) => ptsTicks >= dtsTicks)).toBe(true);
      });

      it("reads only the tracks that were chosen, and the same each time", async () => {
        const path = await fixture("closed.mp4");
        const sound = await packetsOf(path, [1]);
        expect(new Set(sound.map(({ trackIndex }) => trackIndex))).toEqual(new Set([1]));
        expect(sound).toEqual((await packetsOf(path)).filter(({ trackIndex }) => trackIndex === 1));
      });

      it("can be left in the middle and closed twice", async () => {
        const input = await io.openInput(await fixture("closed.mp4"));
        const decoder = input.openDecoder(0);
        await decoder.send(await input.read());
        expect(() => {
          for (const one of [decoder, decoder, input, input]) one.close();
        }).not.toThrow();
      });
    });

    describe("decoding", () => {
      it.each(["closed.mp4", "open-gop.mp4", "hevc.mp4", "vp9-opus.webm", "matroska.mkv", "transport.ts"] as const)(
        "gives the pictures of %s in order, with their times",
        async (file) => {
          const path = await fixture(file);
          const { pictures, errorCount } = await decode(path);
          const count = file === "closed.mp4" ? 90 : 60;
          expect(pictures.map(({ barcode }) => barcode)).toEqual(countTo(count));
          const times = (await packetsOf(path)).filter(({ trackIndex }) => trackIndex === 0);
          expect(pictures.map(({ ptsTicks }) => ptsTicks)).toEqual(
            times.map(({ ptsTicks }) => ptsTicks).toSorted((left, right) => left - right),
          );
          expect(errorCount).toBe(0);
        },
      );

      it.each([
        ["ten-bit.mp4", "192x108"],
        ["full-chroma.mp4", "180x106"],
        ["odd-size.webm", "180x106"],
        ["interlaced.mp4", "192x112"],
      ] as const)("makes 8-bit 4:2:0 of even size from %s", async (file, size) => {
        const { pictures } = await decode(await fixture(file), { convert: true });
        expect(pictures.map(({ barcode }) => barcode)).toEqual(countTo(60));
        expect(new Set(pictures.map((picture) => picture.size))).toEqual(new Set([size]));
      });

      it("refuses another form when no conversion was asked for", async () => {
        await expect(decode(await fixture("ten-bit.mp4"))).rejects.toMatchObject({ code: "internal-error" });
      });

      it("begins at any clean cut", async () => {
        const { pictures } = await decode(await fixture("closed.mp4"), {}, 30, 45);
        expect(pictures.map(({ barcode }) => barcode)).toEqual(countTo(15).map((number) => 30 + number));
      });

      it("leaves hidden pictures out", async () => {
        const { pictures } = await decode(await fixture("pre-roll.mp4"));
        expect(pictures.map(({ barcode }) => barcode)).toEqual(countTo(70).map((number) => 20 + number));
      });

      it("gives each handle pixels of its own when it is drawn on", async () => {
        await withInput(await fixture("mute.mp4"), async (input) => {
          const decoder = input.openDecoder(0);
          await decoder.send(await input.read());
          await decoder.send(undefined);
          const picture = await decoder.receive();
          const other = picture?.share();
          picture?.makeWritable().y.fill(7);
          expect(picture?.planes.y[0]).toBe(7);
          expect(other?.planes.y[0]).not.toBe(7);
          picture?.release();
          picture?.release();
          expect(readBarcode(other?.planes ?? createPlanes(192, 108))).toBe(0);
          other?.release();
          decoder.close();
        });
      });

      it("counts damage, and goes on behind it", async () => {
        const bytes = readFileSync(await fixture("closed.mp4"));
        const whole = await withInput(await fixture("closed.mp4"), async (input) => {
          input.select([0]);
          for (let number = 0; number < 20; number++) await input.read();
          return Buffer.from((await input.read())?.payload ?? []);
        });
        const at = bytes.indexOf(whole);
        bytes.fill(0xa5, at + 20, at + whole.length);
        writeFileSync(inFolder("damaged.mp4"), bytes);
        const { pictures, errorCount } = await decode(inFolder("damaged.mp4"), { strict: true });
        expect(errorCount).toBeGreaterThan(0);
        expect(pictures.at(-1)?.barcode).toBe(89);
      });
    });

    describe("encoding", () => {
      const settings: PictureEncoderSettings = {
        widthPixels: 192,
        heightPixels: 108,
        frameRate: { numerator: 30_000, denominator: 1001 },
        crf: 20,
        gopFrames: 10,
        bFrames: 2,
        parameterSetId: 5,
        level: 31,
        maxBitRate: 1_000_000,
        colour: { primaries: 1, transfer: 1, matrix: 1, isFullRange: false },
        sampleAspectRatio: { numerator: 4, denominator: 3 },
      };
      const encode = async () => {
        const encoder = await io.openPictureEncoder(settings);
        const planes = createPlanes(192, 108);
        const packets: { pictureNumber: number; isKeyframe: boolean; nals: Uint8Array[] }[] = [];
        const receive = async (): Promise<void> => {
          for (let one = await encoder.receive(); one !== undefined; one = await encoder.receive()) {
            const { pictureNumber, isKeyframe, payload } = one;
            packets.push({ pictureNumber, isKeyframe, nals: splitAnnexB(Uint8Array.from(payload)) });
          }
        };
        try {
          for (let number = 0; number < 25; number++) {
            drawTestPicture(planes, number);
            await encoder.send(planes);
            await receive();
          }
          await encoder.send(undefined);
          await receive();
          return { header: Uint8Array.from(encoder.header), packets };
        } finally {
          await encoder.close();
          await encoder.close();
        }
      };

      it("gives every picture once, with its number, and closed groups as long as asked for", async () => {
        const { header, packets } = await encode();
        const numbers = packets.map(({ pictureNumber }) => pictureNumber);
        expect(numbers.toSorted((left, right) => left - right)).toEqual(countTo(25));
        expect(packets.filter(({ isKeyframe }) => isKeyframe).map(({ pictureNumber }) => pictureNumber)).toEqual([
          0, 10, 20,
        ]);
        expect(
          packets.every(
            ({ isKeyframe, nals }) => isKeyframe === nals.some((nal) => nalTypeOf(nal) === nalType.idrSlice),
          ),
        ).toBe(true);
        const sets = splitAnnexB(header).filter((nal) => nalTypeOf(nal) === nalType.sequenceSet);
        expect(sets.map(parseSequenceSet)).toMatchObject([{ id: 5, level: 31, profile: 100, isFrameOnly: true }]);
      });

      it("makes the same stream twice", async () => {
        expect(await encode()).toEqual(await encode());
      });

      it("says what it cannot encode", async () => {
        const wrong = { ...settings, widthPixels: 191 };
        await expect(io.openPictureEncoder(wrong)).rejects.toMatchObject({ code: "internal-error" });
      });
    });

    describe("drawing captions", () => {
      /** Opens a painter of one white box, shown from 0.25 s to 0.5 s, for pictures like these. */
      const openPainter = async (planes: PlanarFrame, rotation: Rotation, assSize: string) => {
        const assPath = inFolder("box.ass");
        writeFileSync(assPath, assBox(assSize));
        return io.openCaptionPainter({ ...planes, assPath, fontsFolder: inFolder("."), rotation });
      };
      const grey = (widthPixels: number, heightPixels: number, isFullRange = false): PlanarFrame => {
        const planes = { ...createPlanes(widthPixels, heightPixels), isFullRange };
        for (const plane of [planes.y, planes.u, planes.v]) plane.fill(128);
        return planes;
      };

      it.each([
        [0, 192, 108, { left: 20, top: 10, right: 60, bottom: 30 }],
        [90, 108, 192, { left: 10, top: 132, right: 30, bottom: 172 }],
        [180, 192, 108, { left: 132, top: 78, right: 172, bottom: 98 }],
        [270, 108, 192, { left: 78, top: 20, right: 98, bottom: 60 }],
      ] as const)("stands upright on pictures that are turned by %i degrees", async (rotation, width, height, box) => {
        const planes = grey(width, height);
        const painter = await openPainter(planes, rotation, "192x108");
        await painter.paint(planes, 0.3);
        painter.close();
        painter.close();
        expect(brightBox(planes)).toEqual(box);
        expect([...planes.u, ...planes.v].every((chroma) => chroma === 128)).toBe(true);
      });

      it("draws where the captions are shown, from the millisecond on, and nowhere else", async () => {
        const planes = grey(192, 108);
        const painter = await openPainter(planes, 0, "192x108");
        const shown: boolean[] = [];
        for (const seconds of [0, 0.2499, 0.25, 0.29, 0.29, 0.4999, 0.5, 3600]) {
          planes.y.fill(128);
          await painter.paint(planes, seconds);
          shown.push(brightBox(planes) !== undefined);
        }
        painter.close();
        expect(shown).toEqual([false, false, true, true, true, true, false, false]);
        await expect(painter.paint(planes, 3601)).rejects.toMatchObject({ code: "internal-error" });
      });

      it("squeezes what pixels that are wider than high stretch again", async () => {
        const planes = grey(192, 108);
        const painter = await openPainter(planes, 0, "384x108");
        await painter.paint(planes, 0.3);
        painter.close();
        expect(brightBox(planes)).toEqual({ left: 10, top: 10, right: 30, bottom: 30 });
      });

      it.each([
        [false, 235],
        [true, 255],
      ] as const)("draws white as the range has it (full: %s)", async (isFullRange, white) => {
        const planes = grey(192, 108, isFullRange);
        const painter = await openPainter(planes, 0, "192x108");
        await painter.paint(planes, 0.3);
        painter.close();
        expect(Math.max(...planes.y)).toBe(white);
      });

      it("leaves what lies beside the picture alone", async () => {
        const [y, u, v] = [new Uint8Array(200 * 108), new Uint8Array(100 * 54), new Uint8Array(100 * 54)];
        const planes = { ...grey(192, 108), y: y.fill(77), u: u.fill(128), v: v.fill(128) };
        const padded = { ...planes, lumaStride: 200, chromaStride: 100 };
        const painter = await openPainter(padded, 0, "192x108");
        await painter.paint(padded, 0.3);
        painter.close();
        expect(y[11 * 200 + 21]).toBe(235);
        expect(y.filter((_, at) => at % 200 >= 192).every((luma) => luma === 77)).toBe(true);
      });

      it("refuses captions that are not there", async () => {
        const planes = grey(64, 64);
        const files = { assPath: inFolder("none.ass"), fontsFolder: inFolder(".") };
        const draw = async () => (await io.openCaptionPainter({ ...planes, ...files, rotation: 0 })).paint(planes, 0);
        await expect(draw()).rejects.toMatchObject({ code: "internal-error" });
      });
    });

    describe("sound", () => {
      it("becomes AAC whose times begin before 0 by the priming", async () => {
        const encoder = await io.openSoundEncoder({ sampleRateHz: 16_000, channelCount: 1 });
        await encoder.send(Float32Array.from({ length: 10_000 }, (_, at) => Math.sin(at / 8)));
        await encoder.send(undefined);
        const packets: (readonly [number, number])[] = [];
        for (let one = await encoder.receive(); one !== undefined; one = await encoder.receive()) {
          packets.push([one.ptsTicks, one.durationTicks]);
        }
        encoder.close();
        expect(packets[0]).toEqual([-1024, 1024]);
        expect(packets.at(-1)).toEqual([9216, 784]);
      });

      it.each(["pcm.mov", "vp9-vorbis.webm", "closed.mp4"] as const)(
        "of %s is decoded from its start to its end",
        async (file) => {
          await withInput(await fixture(file), async (input) => {
            const track = input.tracks.findIndex(({ kind }) => kind === "audio");
            input.select([track]);
            const decoder = input.openSoundDecoder(track, 48_000);
            expect(decoder.channelCount).toBe(2);
            const samples: number[] = [];
            const receive = async (): Promise<void> => {
              for (let one = await decoder.receive(); one !== undefined; one = await decoder.receive()) {
                for (let at = 0; at < one.samples.length; at += 2) samples.push(one.samples[at] ?? 0);
              }
            };
            for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
              await decoder.send(packet);
              await receive();
            }
            await decoder.send(undefined);
            await receive();
            decoder.close();
            const seconds = file === "closed.mp4" ? 3 : 2;
            expect(samples.length / 48_000).toBeCloseTo(seconds, 1);
            // A tone that rises: 220 Hz and 120 Hz more each second.
            const wrong = countTo(40_000).filter((at) => {
              const time = at / 48_000;
              return Math.abs((samples[at] ?? 9) - 0.4 * Math.sin(2 * Math.PI * time * (220 + 60 * time))) > 0.05;
            });
            expect(wrong.filter((at) => at > 2000)).toEqual([]);
          });
        },
      );
    });

    describe("writing", () => {
      const copy = async (from: string, to: string): Promise<void> => {
        const input = await io.openInput(from);
        const output = await io.openOutput(to, {
          metadataFrom: input,
          pictureTicksPerSecond: 15_360,
          movieTicksPerSecond: 15_360 * 25,
        });
        try {
          for (const { index } of input.tracks) output.addCopy(input, index);
          await output.start();
          for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
            await output.write(packet.trackIndex, packet);
          }
          await output.finish();
        } finally {
          output.close();
          output.close();
          input.close();
        }
      };

      it.each(["closed.mp4", "vfr-baseline.mp4", "rotated.mp4", "mute.mp4"] as const)(
        "copies %s with every packet, time and turn",
        async (file) => {
          const path = await fixture(file);
          const outputPath = inFolder(`copy-${file}`);
          await copy(path, outputPath);
          for (const track of file === "mute.mp4" ? [0] : [0, 1]) {
            expect(await packetsOf(outputPath, [track])).toEqual(await packetsOf(path, [track]));
          }
          const [before, after] = await Promise.all(
            [path, outputPath].map((one) => withInput(one, async ({ tracks }) => tracks)),
          );
          expect(after?.[0]?.picture).toEqual(before?.[0]?.picture);
          expect(after?.map(({ configuration }) => configuration)).toEqual(
            before?.map(({ configuration }) => configuration),
          );
          const bytes = readFileSync(outputPath).toString("latin1");
          expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
        },
      );

      it("hides what the source hides", async () => {
        const path = await fixture("pre-roll.mp4");
        await copy(path, inFolder("copy-pre-roll.mp4"));
        const { pictures } = await decode(inFolder("copy-pre-roll.mp4"));
        expect(pictures.map(({ barcode }) => barcode)).toEqual(countTo(70).map((number) => 20 + number));
        expect(pictures.map(({ ptsTicks }) => ptsTicks)).toEqual(countTo(70).map((number) => number * 512));
      });

      it("writes captions that every reader finds, with empty samples between them", async () => {
        const path = inFolder("captioned.mp4");
        const texts = [
          { startMs: 0, endMs: 400, text: "" },
          { startMs: 400, endMs: 1500, text: "{Hello}\nthere" },
          { startMs: 1500, endMs: 2001, text: "" },
          { startMs: 2001, endMs: 2345, text: "Grüße 👋 שלום" },
        ];
        const input = await io.openInput(await fixture("closed.mp4"));
        const output = await io.openOutput(path, { pictureTicksPerSecond: 15_360 });
        for (const { index } of input.tracks) output.addCopy(input, index);
        const track = output.addCaptions({ language: "eng" });
        await output.start();
        for (const { startMs, endMs, text } of texts) {
          const times = { ptsTicks: startMs, dtsTicks: startMs, durationTicks: endMs - startMs };
          await output.write(track, { ...times, isKeyframe: true, payload: captionSample(text) });
        }
        for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
          await output.write(packet.trackIndex, packet);
        }
        await output.finish();
        input.close();
        expect(await captionsOf(io, path)).toEqual(texts);
        expect(await packetsOf(path, [0])).toEqual(await packetsOf(await fixture("closed.mp4"), [0]));
      });

      it("names a folder that is not there", async () => {
        const output = io.openOutput(inFolder("none/x.mp4"));
        await expect(output).rejects.toMatchObject({ code: "output-write-failed" });
      });
    });

    describe("what is no film", () => {
      it("is refused, and nothing that it names is opened", async () => {
        const film = await fixture("mute.mp4");
        mkdirSync(inFolder("folder.mp4"), { recursive: true });
        const files = {
          "empty.mp4": "",
          "noise.mp4": Buffer.from(countTo(5000).map((at) => (at * 7919) % 251)),
          "playlist.mp4": `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${film}\n#EXT-X-ENDLIST\n`,
          "list.mp4": `ffconcat version 1.0\nfile ${film}\n`,
        };
        for (const [file, content] of Object.entries(files)) writeFileSync(inFolder(file), content);
        for (const file of [...Object.keys(files), "folder.mp4", "none.mp4"]) {
          await expect(io.openInput(inFolder(file))).rejects.toMatchObject({ code: "unreadable-media" });
        }
      });
    });
  });
}

/** Around all that is much brighter than grey; undefined where nothing is. */
function brightBox({ y, lumaStride, widthPixels, heightPixels }: PlanarFrame): PixelBox | undefined {
  const places = countTo(widthPixels * heightPixels)
    .map((at) => ({ column: at % widthPixels, row: Math.floor(at / widthPixels) }))
    .filter(({ column, row }) => y[row * lumaStride + column]! > 180);
  if (places.length === 0) return undefined;
  const [columns, rows] = [places.map(({ column }) => column), places.map(({ row }) => row)];
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  return { left, top, right: Math.max(...columns) + 1, bottom: Math.max(...rows) + 1 };
}

function factsOf({ payload, ...packet }: CodedPacket): PacketFacts {
  const { trackIndex, ptsTicks, dtsTicks, durationTicks, isKeyframe, isHidden, isDamaged, isReconfigured } = packet;
  const digest = createHash("sha256").update(payload).digest("hex");
  return { trackIndex, ptsTicks, dtsTicks, durationTicks, isKeyframe, isHidden, isDamaged, isReconfigured, digest };
}
