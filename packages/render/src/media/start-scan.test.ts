import { describe, expect, it } from "vitest";
import type { TrackFacts } from "./media-io.js";
import { createStartScan } from "./start-scan.js";

const unit = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
/** Units as MP4 stores them. */
const packet = (...units: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(units.flatMap((one) => [0, 0, 0, one.length, ...one]));
/** The same as a broadcast carries them. */
const broadcast = (...units: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(units.flatMap((one) => [0, 0, 0, 1, ...one]));

const avc = {
  sequenceSet: unit(0x67, 1, 2, 3),
  pictureSet: unit(0x68, 4, 5),
  otherSet: unit(0x68, 4, 6),
  idr: unit(0x65, 9, 9),
  slice: unit(0x41, 9, 9),
  /** Supplement with one byte of payload: frames until recovery, then whether it is exact. */
  recovery: (payload: number) => unit(0x06, 6, 1, payload, 0x80),
};
const exactNow = 0b1100_0000;
const avcRecord = packet(avc.sequenceSet, avc.pictureSet);
avcRecord[0] = 1;
avcRecord[4] = 0xff;
const hevcRecord = new Uint8Array(23);
hevcRecord[0] = 1;
hevcRecord[21] = 3;

const track = (codec: string, configuration: Uint8Array, isInterlaced = false): TrackFacts =>
  ({ codec, configuration, picture: { isInterlaced } }) as TrackFacts;
/** What a scan says of packets in turn. */
const looks = (facts: TrackFacts, ...payloads: readonly Uint8Array[]): boolean[] => {
  const scan = createStartScan(facts);
  return payloads.map((payload) => scan.look({ payload, isKeyframe: true }));
};

describe("packets that decoding may begin at", () => {
  const h264 = track("h264", Buffer.concat([avcRecord.subarray(0, 5), avc.sequenceSet, avc.pictureSet]));

  it("are IDR pictures of H.264, and those that say that they and all after them come out exactly", () => {
    const text = unit(0x06, 5, 3, 1, 2, 3, 0x80);
    const packets = [
      packet(avc.idr),
      packet(text, avc.recovery(exactNow), avc.slice),
      packet(unit(0x06, 5, 2, 7, 7, 6, 1, exactNow, 0x80), avc.slice),
      packet(avc.slice),
    ];
    expect(looks(h264, ...packets)).toEqual([true, true, true, false]);
  });

  it("are no pictures that only begin to recover, or recover about", () => {
    const later = packet(avc.recovery(0b0101_0000), avc.slice);
    const nearly = packet(avc.recovery(0b1000_0000), avc.slice);
    expect(looks(h264, later, nearly)).toEqual([false, false]);
  });

  it("are found behind start codes, too", () => {
    const record = broadcast(avc.sequenceSet, avc.pictureSet);
    const key = broadcast(unit(0x09, 0x10), avc.sequenceSet, avc.pictureSet, avc.idr);
    expect(looks(track("h264", record), key, broadcast(avc.slice), key)).toEqual([true, false, true]);
  });

  it("are none any more once parameter sets came that the track's header does not hold", () => {
    const changed = packet(avc.otherSet, avc.slice);
    expect(looks(h264, packet(avc.pictureSet, avc.idr), changed, packet(avc.idr))).toEqual([true, false, false]);
  });

  it("are IDR, broken-link and clean random access pictures of HEVC", () => {
    const ofType = (type: number) => packet(unit(type << 1, 1, 9));
    const hevc = track("hevc", hevcRecord);
    expect(looks(hevc, ...[16, 18, 19, 20, 21].map(ofType))).toEqual([true, true, true, true, true]);
    expect(looks(hevc, ...[0, 1, 6, 8, 9].map(ofType))).toEqual([false, false, false, false, false]);
  });

  it("are keyframes of codecs that forget everything there, and none of others", () => {
    const any = unit(1);
    expect(["vp9", "av1", "mjpeg", "svq3"].map((codec) => looks(track(codec, unit()), any))).toEqual([
      [true],
      [true],
      [true],
      [false],
    ]);
  });

  it("are none where pictures may be fields: who weaves them needs the picture before", () => {
    expect(looks(track("h264", h264.configuration, true), packet(avc.idr))).toEqual([false]);
    expect(looks(track("mpeg2video", unit(), true), unit(1))).toEqual([false]);
  });

  it("are none in packets that make no sense", () => {
    const cut = packet(avc.pictureSet).subarray(0, 5);
    const many = packet(...Array.from({ length: 500 }, () => avc.pictureSet), avc.idr);
    for (const odd of [unit(), unit(0, 0), cut, many, unit(0xff, 0xff, 0xff, 0xff)]) {
      expect(looks(h264, odd, packet(avc.idr))).toEqual([false, false]);
    }
    expect(looks(track("h264", new Uint8Array(1 << 17).fill(1)), packet(avc.idr))).toEqual([false]);
  });
});
