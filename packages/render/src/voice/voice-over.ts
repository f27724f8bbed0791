import type { MediaIO } from "#media/media-io.js";
import type { FrameIndex, SourceMedia } from "#model/media.js";
import type { RenderPlan } from "#model/plan.js";
import type { RenderRequest } from "#model/request.js";
import type { Run } from "#model/run.js";
import type { HeardSample, VoiceEngine } from "#speech/index.js";
import { captionFilm, type FilmCaptions, type FilmRange } from "./caption-film.js";
import { hearTranscript } from "./hear-transcript.js";
import { speakScript, type SpokenScript } from "./speak-script.js";

/** What the stage works with. */
export interface VoiceOverInput {
  readonly io: MediaIO;
  readonly request: Pick<RenderRequest, "speech" | "captions" | "cast">;
  readonly source: SourceMedia;
  readonly index: Pick<FrameIndex, "endSeconds">;
  readonly plan: Pick<RenderPlan, "passages">;
  /** When the frames are shown that captions may be drawn on. */
  readonly captionRanges: readonly FilmRange[];
  readonly engine: VoiceEngine;
  readonly sample?: HeardSample;
  readonly workFolder: string;
}

/** What is to be heard in the film and shown as text; empty where nothing was asked for. */
export interface VoiceOver {
  readonly speech?: SpokenScript;
  readonly captions?: FilmCaptions;
  /** Sentences for the manifest. */
  readonly notes: readonly string[];
}

/**
 * Speaks the script and mixes it into the film's sound, or finds the words of a transcript in that sound; then makes captions of
 * the words.
 * @throws UnderstudyError everything of `speakScript`, `hearTranscript` and `captionFilm`.
 */
export async function voiceOver(input: VoiceOverInput, run: Run): Promise<VoiceOver> {
  const { io, request, source, captionRanges, workFolder } = input;
  const { captions: wish } = request;
  const speech = await spokenFor(input, run);
  if (wish === undefined) return { ...(speech && { speech }), notes: speech?.notes ?? [] };
  const { words, notes } =
    speech === undefined ? await hearTranscript({ io, source, transcript: wish.transcript ?? "" }, run) : speech;
  const { endSeconds } = input.index;
  const captions = await captionFilm({ io, source, wish, words, endSeconds, ranges: captionRanges, workFolder });
  return { ...(speech && { speech }), captions, notes: [...notes, ...captions.notes] };
}

async function spokenFor(input: VoiceOverInput, run: Run): Promise<SpokenScript | undefined> {
  const { request, plan, ...tools } = input;
  if (request.speech === undefined) return undefined;
  const { underSpeech } = request.speech;
  return speakScript({ ...tools, passages: plan.passages, underSpeech, consentId: request.cast[0].consent.id }, run);
}
