import { basename } from "node:path";
import { z } from "zod";
import { UnderstudyError } from "#model/errors.js";
import type { Rational } from "#model/media.js";
import type { PictureFacts, TrackFacts } from "#media/media-io.js";
import { bitDepthOf, rotationOf } from "#media/picture-facts.js";
import { Child } from "./child.js";
import { colourOfNames } from "./h273-names.js";
import { withPatience } from "./patience.js";
import { fileInput, quiet, type Programs } from "./programs.js";

/** What a file says of itself. */
export interface FileFacts {
  readonly container: string;
  readonly zeroSeconds: number;
  readonly durationSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly tracks: readonly TrackDescription[];
}

/** A track, with what only its decoder and a copy of it need. */
export interface TrackDescription {
  readonly facts: TrackFacts;
  /** The container's tag for the codec, four bytes with the first one lowest. */
  readonly codecTag: number;
  /** Three letters of ISO 639-2, when the container says one. */
  readonly language: string | undefined;
  readonly isDefault: boolean;
  /** Nine entries in 16.16, the last column in 2.30. */
  readonly displayMatrix: readonly number[] | undefined;
}

/** Characters that ffprobe may say: the configuration of one track takes four for each byte. */
const maxCharacters = 2 ** 26;

const number = z.coerce.number().catch(0);
const name = z.string().optional();
const rational = z
  .string()
  .regex(/^-?\d+[/:]\d+$/)
  .catch("0/1")
  .transform((text): Rational => {
    const [numerator = 0, denominator = 1] = text.split(/[/:]/).map(Number);
    return { numerator, denominator };
  });
const tags = z.record(z.string(), z.string()).catch({});

const answerSchema = z.object({
  format: z.object({ format_name: z.string(), start_time: number, duration: number, tags }),
  streams: z
    .array(
      z.object({
        index: z.int().nonnegative(),
        codec_type: name,
        codec_name: name,
        codec_tag: number,
        time_base: rational,
        duration_ts: number,
        nb_frames: number,
        bit_rate: number,
        extradata: z.string().catch(""),
        disposition: z.record(z.string(), z.number()).catch({}),
        tags,
        side_data_list: z.array(z.object({ displaymatrix: name })).catch([]),
        width: number,
        height: number,
        pix_fmt: name,
        field_order: name,
        has_b_frames: number,
        avg_frame_rate: rational,
        r_frame_rate: rational,
        sample_aspect_ratio: rational,
        color_primaries: name,
        color_transfer: name,
        color_space: name,
        color_range: name,
        sample_rate: number,
        channels: number,
      }),
    )
    .max(1000),
});

type Stream = z.infer<typeof answerSchema>["streams"][number];

/**
 * Asks ffprobe for a file's tracks.
 * @throws UnderstudyError `unreadable-media` for what FFmpeg cannot open; `runtime-missing` when ffprobe is not there.
 */
export async function readFileFacts(programs: Programs, path: string): Promise<FileFacts> {
  const child = new Child({
    program: programs.ffprobePath,
    args: [...quiet, "-show_format", "-show_streams", "-show_data", "-of", "json", ...fileInput(path)],
  });
  try {
    const text = await withPatience(child, readText(child));
    const { isSuccess, problem } = await withPatience(child, child.ended);
    if (problem !== undefined) throw problem;
    const answer = isSuccess ? answerSchema.safeParse(JSON.parse(text)) : undefined;
    if (answer?.success !== true) throw notAVideo(path, child.messages);
    return factsOf(answer.data);
  } finally {
    child.kill();
  }
}

function factsOf({ format, streams }: z.infer<typeof answerSchema>): FileFacts {
  const isMov = format.format_name.startsWith("mov");
  return {
    container: format.format_name,
    // Priming of sound lies before 0 in Matroska.
    zeroSeconds: isMov ? 0 : Math.max(0, format.start_time),
    durationSeconds: Math.max(0, format.duration),
    tags: format.tags,
    tracks: streams.map(describe),
  };
}

async function readText(child: Child): Promise<string> {
  let text = "";
  for await (const piece of child.output.setEncoding("utf8")) {
    text += piece as string;
    if (text.length > maxCharacters) return "";
  }
  return text;
}

function describe(stream: Stream): TrackDescription {
  const { time_base: timeBase } = stream;
  const kind = kindOf(stream.codec_type);
  const displayMatrix = displayMatrixOf(stream);
  const facts: TrackFacts = {
    index: stream.index,
    kind,
    codec: stream.codec_name ?? "none",
    isCoverArt: stream.disposition["attached_pic"] === 1,
    timeBase,
    declaredPackets: stream.nb_frames,
    durationSeconds: (Math.max(0, stream.duration_ts) * timeBase.numerator) / timeBase.denominator,
    bitRate: stream.bit_rate,
    configuration: bytesOfDump(stream.extradata),
    ...(kind === "video" ? { picture: pictureOf(stream, displayMatrix) } : {}),
    ...(kind === "audio" ? { sound: { sampleRateHz: stream.sample_rate, channelCount: stream.channels } } : {}),
  };
  const { language } = stream.tags;
  const isDefault = stream.disposition["default"] === 1;
  return { facts, codecTag: stream.codec_tag, language, isDefault, displayMatrix };
}

function kindOf(type: string | undefined): TrackFacts["kind"] {
  return type === "video" || type === "audio" || type === "subtitle" ? type : "data";
}

function pictureOf(stream: Stream, displayMatrix: readonly number[] | undefined): PictureFacts {
  const pixelFormat = stream.pix_fmt ?? "unknown";
  const colour = colourOfNames({
    primaries: stream.color_primaries,
    transfer: stream.color_transfer,
    matrix: stream.color_space,
    range: stream.color_range,
  });
  const fields = stream.field_order ?? "unknown";
  return {
    widthPixels: stream.width,
    heightPixels: stream.height,
    rotation: displayMatrix === undefined ? 0 : rotationOf(displayMatrix[0] ?? 1, displayMatrix[1] ?? 0),
    pixelFormat,
    bitDepth: bitDepthOf(pixelFormat),
    averageFrameRate: stream.avg_frame_rate.numerator > 0 ? stream.avg_frame_rate : stream.r_frame_rate,
    isInterlaced: fields !== "unknown" && fields !== "progressive",
    reorderFrames: stream.has_b_frames,
    sampleAspectRatio: stream.sample_aspect_ratio,
    colour: { ...colour, isFullRange: colour.isFullRange || pixelFormat.startsWith("yuvj") },
  };
}

/** Three lines of an address and three numbers. */
function displayMatrixOf({ side_data_list: list }: Stream): number[] | undefined {
  const text = list.find((one) => one.displaymatrix !== undefined)?.displaymatrix;
  const entries = [...(text ?? "").matchAll(/^\d+:\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)/gm)].flatMap((row) =>
    row.slice(1).map(Number),
  );
  return entries.length === 9 ? entries : undefined;
}

/** Lines such as `00000010: 0ab1 22c3  ...`: an address, 40 columns of hexadecimal, the same as text. */
function bytesOfDump(dump: string): Uint8Array {
  const digits = dump.split("\n").map((line) => line.slice(10, 50).replaceAll(" ", ""));
  return Uint8Array.from(Buffer.from(digits.join(""), "hex"));
}

/** FFmpeg's own words for a refused file help nobody and may hold its name; they are kept as the cause. */
function notAVideo(path: string, messages: string): UnderstudyError {
  const cause = new Error(messages);
  return new UnderstudyError("unreadable-media", `${basename(path)} is not a video that can be read.`, { cause });
}
