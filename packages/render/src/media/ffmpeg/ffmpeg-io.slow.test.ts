import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createPlanes } from "#media/colour-conversion.js";
import { assBox } from "#media/testing/ass-box.js";
import { writeFixture } from "#media/testing/fixtures.js";
import { describeMediaIo } from "#media/testing/media-io-contract.js";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { createFfmpegIo } from "./ffmpeg-io.js";

const inFolder = useTempFolder();

/** FFmpeg's programs that this process has started and not let go of. */
function runningPrograms(): string[] {
  const tasks = readdirSync("/proc/self/task");
  const children = tasks.flatMap((task) => readText(`/proc/self/task/${task}/children`).split(" ").filter(Boolean));
  return children
    .map((child) => readText(`/proc/${child}/comm`).trim())
    .filter((name) => /^ff(mpeg|probe)$/.test(name));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

describe.skipIf(spawnSync("ffmpeg", ["-version"]).status !== 0)("the machine's FFmpeg", () => {
  describeMediaIo("ffmpeg", createFfmpegIo);

  it.skipIf(process.platform !== "linux")("leaves no process behind when all is closed in the middle", async () => {
    const io = createFfmpegIo();
    const input = await io.openInput(await writeFixture("closed.mp4", inFolder("closed.mp4")));
    const [pictures, sound] = [input.openDecoder(0), input.openSoundDecoder(1, 48_000)];
    const size = { widthPixels: 64, heightPixels: 64, frameRate: { numerator: 25, denominator: 1 } };
    const encoder = await io.openPictureEncoder({ ...size, crf: 20, gopFrames: 10, bFrames: 0 });
    const soundEncoder = await io.openSoundEncoder({ sampleRateHz: 48_000, channelCount: 2 });
    const shape = { widthPixels: 64, heightPixels: 64, isFullRange: false, matrix: "bt709" } as const;
    const captions = { assPath: inFolder("box.ass"), fontsFolder: inFolder(".") };
    writeFileSync(captions.assPath, assBox("64x64"));
    const painter = await io.openCaptionPainter({ ...shape, ...captions, rotation: 0 });
    await painter.paint(createPlanes(64, 64), 0);
    for (let packet = await input.read(); packet?.trackIndex === 0; packet = await input.read()) {
      await pictures.send(packet);
    }
    await sound.send(await input.read());
    expect(runningPrograms().length).toBeGreaterThan(4);
    for (const one of [pictures, sound, encoder, soundEncoder, painter, input]) await one.close();
    while (runningPrograms().length > 0) await setImmediate();
    await expect(input.read()).rejects.toMatchObject({ code: "internal-error" });
  });
});
