// Decodes, and decodes and encodes, five seconds of 1280x720 through node-av and through the machine's FFmpeg, in turns, and
// prints frames a second of the clock, seconds of the processor (children included) and the ratio.
// Usage: node packages/render/bench/media-io.js CLIP.mp4 [ROUNDS]
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { createFfmpegIo, createNodeAvIo } from "../dist/media/index.js";

const [path, rounds = "3"] = process.argv.slice(2);
if (path === undefined) throw new Error("give a clip of at least five seconds, 8-bit 4:2:0");
const frames = 150;
const ios = { "node-av": createNodeAvIo(), ffmpeg: createFfmpegIo() };

async function work(io, encodes) {
  const input = await io.openInput(path);
  const track = input.tracks.find(({ kind }) => kind === "video");
  input.select([track.index]);
  const { widthPixels, heightPixels, averageFrameRate: frameRate } = track.picture;
  const decoder = input.openDecoder(track.index);
  const settings = { widthPixels, heightPixels, frameRate, crf: 18, gopFrames: 60, bFrames: 2 };
  const encoder = encodes ? await io.openPictureEncoder(settings) : undefined;
  let decoded = 0;
  let encoded = 0;
  const collect = async () => {
    for (let one = await decoder.receive(); one !== undefined; one = await decoder.receive()) {
      decoded++;
      await encoder?.send(one);
      one.release();
      for (let made = await encoder?.receive(); made !== undefined; made = await encoder?.receive()) encoded++;
    }
  };
  for (let number = 0; number < frames; number++) {
    await decoder.send(await input.read());
    await collect();
  }
  await decoder.send(undefined);
  await collect();
  await encoder?.send(undefined);
  for (let made = await encoder?.receive(); made !== undefined; made = await encoder?.receive()) encoded++;
  decoder.close();
  await encoder?.close();
  input.close();
  if (decoded !== frames || encoded !== (encodes ? frames : 0)) throw new Error(`${decoded} and ${encoded} frames`);
}

/** Seconds of the processor that this process and its ended children took (Linux: hundredths in /proc). */
function processorSeconds() {
  const fields = readFileSync("/proc/self/stat", "latin1").split(") ")[1].split(" ").map(Number);
  return fields.slice(11, 15).reduce((sum, hundredths) => sum + hundredths / 100, 0);
}

async function measure(io, encodes) {
  const [clock, used] = [performance.now(), processorSeconds()];
  await work(io, encodes);
  const clockSeconds = (performance.now() - clock) / 1000;
  // A child counts once it has ended.
  await setTimeout(200);
  return { clockSeconds, processor: processorSeconds() - used };
}

const least = (rows, key) => Math.min(...rows.map((row) => row[key]));

for (const encodes of [false, true]) {
  const rows = Object.fromEntries(Object.keys(ios).map((name) => [name, []]));
  for (let round = 0; round <= Number(rounds); round++) {
    for (const [name, io] of Object.entries(ios)) {
      const row = await measure(io, encodes);
      // The first round loads what is loaded once.
      if (round > 0) rows[name].push(row);
    }
  }
  console.log(encodes ? "decode and encode" : "decode");
  for (const [name, list] of Object.entries(rows)) {
    const clockSeconds = least(list, "clockSeconds");
    const [rate, used] = [frames / clockSeconds, least(list, "processor")];
    console.log(`  ${name}: ${rate.toFixed(0)} frames a second, ${used.toFixed(2)} s of the processor`);
  }
  const ratio = (key) => (least(rows.ffmpeg, key) / least(rows["node-av"], key)).toFixed(2);
  console.log(`  ffmpeg over node-av: ${ratio("clockSeconds")} of the time, ${ratio("processor")} of the processor`);
}
