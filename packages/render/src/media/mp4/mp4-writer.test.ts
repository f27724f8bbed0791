import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from "mediabunny";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { splitAdts } from "./adts.js";
import { ac3Configuration, eac3Configuration } from "./ac3.js";
import { Interleaver } from "./interleaver.js";
import { Mp4Writer } from "./mp4-writer.js";
import { SampleList } from "./sample-list.js";

const inFolder = useTempFolder();

/** Header of a 1280x720 track that x264 made. */
const avcC = Buffer.from(
  "0164001fffe1001a6764001facd9405005bb0110000003001000000303c0f183196001000668ebe1b2c8b0fdf8f800",
  "hex",
);
const picture = { kind: "picture", configuration: avcC, widthPixels: 1280, heightPixels: 720 } as const;
const aac = {
  kind: "sound",
  codec: "aac",
  configuration: Uint8Array.of(0x11, 0x90),
  sampleRateHz: 48_000,
  channelCount: 2,
} as const;

/** Twenty pictures at uneven times with a B-frame in each pair, and sound that begins with priming. */
async function writeFilm(path: string, startTicks = 0): Promise<void> {
  const writer = await Mp4Writer.create(path, {
    movieTicksPerSecond: 720_000,
    tags: { title: "Ein Film", creation_time: "2024-05-06T07:08:09.000000Z", handler_name: "no box for this" },
  });
  writer.addTrack({ entry: picture, ticksPerSecond: 90_000, isEnabled: true });
  writer.addTrack({ entry: aac, ticksPerSecond: 48_000, isEnabled: true, language: "deu" });
  for (let number = 0; number < 20; number++) {
    const shown = number === 0 ? 0 : number % 2 === 1 ? number + 1 : number - 1;
    await writer.write(0, {
      ptsTicks: startTicks + shown * 3000 + (shown % 3),
      dtsTicks: startTicks + (number - 1) * 3000,
      durationTicks: 3000,
      isKeyframe: number === 0,
      payload: new Uint8Array(100 + number).fill(number),
    });
  }
  for (let number = 0; number < 30; number++) {
    const ticks = (number - 1) * 1024;
    const payload = new Uint8Array(50).fill(100 + number);
    await writer.write(1, { ptsTicks: ticks, dtsTicks: ticks, durationTicks: 1024, isKeyframe: true, payload });
  }
  await writer.finish();
}

/** What another reader finds. */
async function readFilm(path: string) {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    const packetsOf = async (track: NonNullable<typeof video | typeof audio>) => {
      const packets: { seconds: number; first: number | undefined; isKey: boolean }[] = [];
      for await (const { timestamp, data, type } of new EncodedPacketSink(track).packets()) {
        packets.push({ seconds: timestamp, first: data[0], isKey: type === "key" });
      }
      return packets;
    };
    return {
      pictures: video === null ? [] : await packetsOf(video),
      sounds: audio === null ? [] : await packetsOf(audio),
      codecs: [await video?.getCodec(), await audio?.getCodec()],
      language: await audio?.getLanguageCode(),
      title: (await input.getMetadataTags()).title,
    };
  } finally {
    input.dispose();
  }
}

describe("Mp4Writer", () => {
  it("writes a film that another reader reads with every time", async () => {
    await writeFilm(inFolder("film.mp4"));
    const film = await readFilm(inFolder("film.mp4"));
    expect(film).toMatchObject({ codecs: ["avc", "aac"], language: "deu", title: "Ein Film" });
    expect(film.pictures.map(({ first }) => first)).toEqual([...Array(20).keys()]);
    for (const [number, { seconds, isKey }] of film.pictures.entries()) {
      const shown = number === 0 ? 0 : number % 2 === 1 ? number + 1 : number - 1;
      expect(seconds).toBeCloseTo((shown * 3000 + (shown % 3)) / 90_000, 9);
      expect(isKey).toBe(number === 0);
    }
    expect(film.sounds).toHaveLength(30);
    for (const [number, { seconds, first }] of film.sounds.entries()) {
      expect(seconds).toBeCloseTo(((number - 1) * 1024) / 48_000, 9);
      expect(first).toBe(100 + number);
    }
  });

  it("lets a picture that comes late begin late", async () => {
    await writeFilm(inFolder("late.mp4"), 45_000);
    const { pictures, sounds } = await readFilm(inFolder("late.mp4"));
    expect(pictures[0]?.seconds).toBeCloseTo(0.5, 9);
    expect(sounds[1]?.seconds).toBeCloseTo(0, 9);
  });

  it("puts the index in front and the tracks side by side, whatever order they came in", async () => {
    await writeFilm(inFolder("order.mp4"));
    const bytes = readFileSync(inFolder("order.mp4"));
    expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
    const [firstSound, lastPicture] = [bytes.indexOf(Buffer.alloc(50, 100)), bytes.indexOf(Buffer.alloc(100, 19))];
    expect(firstSound).toBeLessThan(lastPicture);
  });

  it("writes the same bytes for the same film", async () => {
    await writeFilm(inFolder("a.mp4"));
    await writeFilm(inFolder("b.mp4"));
    expect(readFileSync(inFolder("a.mp4")).equals(readFileSync(inFolder("b.mp4")))).toBe(true);
  });

  it("keeps ADTS headers out of the file and takes the configuration from the first", async () => {
    const writer = await Mp4Writer.create(inFolder("adts.mp4"), { movieTicksPerSecond: 1000, tags: {} });
    writer.addTrack({ entry: { ...aac, configuration: new Uint8Array(0) }, ticksPerSecond: 48_000, isEnabled: true });
    const payload = Buffer.from("fff14c8001bffc2101", "hex");
    await writer.write(0, { ptsTicks: 0, dtsTicks: 0, durationTicks: 1024, isKeyframe: true, payload });
    await writer.finish();
    const { sounds } = await readFilm(inFolder("adts.mp4"));
    expect(sounds).toMatchObject([{ first: 0x21 }]);
    expect(splitAdts(payload)?.configuration).toEqual(Uint8Array.of(0x11, 0x90));
    expect(splitAdts(Uint8Array.of(0x21, 0x10))).toBeUndefined();
  });

  it("refuses a codec that it has no description for", async () => {
    const writer = await Mp4Writer.create(inFolder("wma.mp4"), { movieTicksPerSecond: 1000, tags: {} });
    writer.addTrack({ entry: { ...aac, codec: "wmav2" }, ticksPerSecond: 48_000, isEnabled: true });
    await writer.write(0, { ptsTicks: 0, dtsTicks: 0, durationTicks: 1, isKeyframe: true, payload: new Uint8Array(4) });
    await expect(writer.finish()).rejects.toMatchObject({ code: "internal-error" });
    writer.close();
  });
});

describe("SampleList", () => {
  const sample = { durationTicks: 0, byteLength: 10, isKeyframe: true };

  it("moves decode times that do not ascend and leaves what is shown", () => {
    const list = new SampleList();
    for (const [at, dtsTicks] of [0, 10, 10, 5].entries()) {
      list.add({ ...sample, dtsTicks, ptsTicks: 100 + at, offset: at * 10 });
    }
    expect(list.durations()).toEqual([10, 1, 1, 1]);
    expect([list.firstShownTicks, list.endTicks]).toEqual([100, 110]);
  });

  it("holds the packets of hours", () => {
    const list = new SampleList();
    for (let at = 0; at < 150_000; at++) {
      list.add({ ...sample, isKeyframe: at > 0, dtsTicks: at * 7, ptsTicks: at * 7 + (at % 5), offset: at * 20 });
    }
    expect(Buffer.concat(list.tables(0)).length).toBeGreaterThan(150_000 * 20);
  });

  it("counts chunks beyond 4 GB in 64 bits", () => {
    const list = new SampleList();
    list.add({ ...sample, dtsTicks: 0, ptsTicks: 0, offset: 2 ** 32 - 5 });
    expect(Buffer.concat(list.tables(0)).includes("stco")).toBe(true);
    const moved = Buffer.concat(list.tables(100));
    expect(moved.readBigUInt64BE(moved.indexOf("co64") + 12)).toBe(BigInt(2 ** 32 + 95));
  });
});

describe("Interleaver", () => {
  it("waits for every track, but not for more than ten seconds", () => {
    const interleaver = new Interleaver(2);
    const seconds = (packets: readonly { seconds: number }[]) => packets.map((packet) => packet.seconds);
    expect(interleaver.add({ track: 0, seconds: 0 })).toEqual([]);
    expect(interleaver.add({ track: 0, seconds: 2 })).toEqual([]);
    expect(seconds(interleaver.add({ track: 1, seconds: 1 }))).toEqual([0, 1]);
    expect(seconds(interleaver.add({ track: 0, seconds: 13 }))).toEqual([2]);
    expect(seconds(interleaver.finish())).toEqual([13]);
  });
});

describe("Dolby sound", () => {
  it("is described from its first frame", () => {
    // 48 kHz, 192 kbit/s, bsid 8, stereo without a low-frequency channel.
    const ac3 = Buffer.from("0b7700001440430000", "hex");
    expect(Buffer.from(ac3Configuration(ac3)).toString("hex")).toBe("101140");
    // Independent substream of 768 bytes, 48 kHz, six blocks, stereo, bsid 16.
    const eac3 = Buffer.from("0b77017f348000000000", "hex");
    expect(Buffer.from(eac3Configuration(eac3)).toString("hex")).toBe("0600200400");
    expect(() => ac3Configuration(Uint8Array.of(1, 2, 3))).toThrow(/does not begin/);
  });
});
