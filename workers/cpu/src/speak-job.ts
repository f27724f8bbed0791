import { createHash } from "node:crypto";
import {
  encodeWave,
  engineFailureOf,
  parseSpeakInput,
  readScript,
  UnderstudyError,
  writeSpeakOutput,
  type SpeakOutput,
  type SpeakRequest,
  type Speech,
  type SpokenToken,
} from "@understudy/render";
import { JobFailure, type JobContext } from "@understudy/runpod/worker";
import { checkInputAddress } from "@understudy/understudy";
import { openBudget, type StageShare } from "./deadline.js";
import { logFailure } from "./failure-line.js";
import { putResult } from "./put-result.js";
import { samplePitch } from "./sample-pitch.js";
import { assertNotTakenBack } from "./taken-back.js";
import type { Workshop } from "./workshop.js";

/**
 * The voice contract with the engine that is built in: a script goes in, its sound and the times of its words come out. It clones
 * nobody: of a recording it takes the pitch.
 * @throws JobFailure with an `EngineFailure` as JSON.
 */
export async function runSpeakJob(input: unknown, workshop: Workshop, context: JobContext): Promise<SpeakOutput> {
  const { config, clock, voice } = workshop;
  const { signal: cancelled } = context;
  const budget = openBudget(config.jobs.deadlineSeconds, clock, context.log);
  try {
    const order = parseSpeakInput(input);
    if (order.model !== voice.name) throw otherEngine(order, voice.name);
    const tokens = readScript(order.script);
    const pitchHertz = await budget.run("download", cancelled, (share) => takeIn(order, workshop, share));
    const speech = await budget.run("render", cancelled, ({ signal }) =>
      speak({ order, tokens, pitchHertz }, workshop, signal),
    );
    return await budget.run("publish", cancelled, (share) => handOver({ order, tokens, speech }, workshop, share));
  } catch (thrown) {
    logFailure(thrown, context.log);
    throw new JobFailure(JSON.stringify(engineFailureOf(thrown)));
  }
}

const putField = "put_url";

/** Largest sound in an answer, in bytes; as base64 it stays below the 10 MB that RunPod allows a result. */
const maxInlineBytes = 6 * 2 ** 20;

function otherEngine({ model }: SpeakRequest, has: string): UnderstudyError {
  return new UnderstudyError("unsupported-engine", `This worker speaks with ${has}, not with ${model}.`, {
    hint: `Ask for ${has}, or send the job to a worker that has ${model}.`,
  });
}

/**
 * What is wrong is said before anything is spoken.
 * @returns the pitch that the order names, else that of its recording.
 */
async function takeIn(
  { sample, pitchHertz, putUrl }: SpeakRequest,
  workshop: Workshop,
  share: StageShare,
): Promise<number | undefined> {
  const { policy } = workshop;
  const { signal } = share;
  if (sample !== undefined) await assertNotTakenBack(sample.consentId, workshop);
  if (putUrl !== undefined) await checkInputAddress(putField, putUrl, { policy, signal });
  const heard = sample && (await samplePitch(sample, workshop, share));
  return pitchHertz ?? heard;
}

interface SpeakWish {
  readonly order: SpeakRequest;
  readonly tokens: readonly SpokenToken[];
  readonly pitchHertz: number | undefined;
}

async function speak(
  { order, tokens, pitchHertz }: SpeakWish,
  { voice }: Pick<Workshop, "voice">,
  signal: AbortSignal,
): Promise<Speech> {
  const { speaker, seed, speed, targetSeconds } = order;
  const wish = {
    tokens,
    ...(speaker !== undefined && { voice: speaker }),
    ...(pitchHertz !== undefined && { pitchHertz }),
    ...(seed !== undefined && { seed }),
    signal,
  };
  if (targetSeconds !== undefined) return voice.speak({ ...wish, targetSeconds });
  const natural = await voice.speak(wish);
  if (speed === undefined || speed === 1) return natural;
  return voice.speak({ ...wish, targetSeconds: natural.samples.length / natural.sampleRateHz / speed });
}

interface SpokenOrder {
  readonly order: SpeakRequest;
  readonly tokens: readonly SpokenToken[];
  readonly speech: Speech;
}

/** To the address that the order names, or in the answer itself. */
async function handOver(
  { order: { putUrl }, tokens, speech }: SpokenOrder,
  workshop: Pick<Workshop, "policy">,
  share: StageShare,
): Promise<SpeakOutput> {
  const wav = encodeWave(speech);
  const sha256 = createHash("sha256").update(wav).digest("hex");
  if (putUrl !== undefined) {
    await putResult({ field: putField, url: putUrl, mediaType: "audio/wav", body: wav }, workshop, share);
    return writeSpeakOutput(speech, tokens, { sha256 });
  }
  if (wav.length <= maxInlineBytes) return writeSpeakOutput(speech, tokens, { sha256, wav });
  throw new UnderstudyError("bad-job", `The sound has ${wav.length} bytes; an answer holds ${maxInlineBytes}.`, {
    hint: `Send ${putField}, or the script in several parts.`,
  });
}
