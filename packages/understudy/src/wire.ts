import {
  alignFile,
  analyseVideo,
  createLocalServices,
  createMediaIo,
  createPrepareServices,
  openProvenance,
  prepareRender,
  readMarks,
  render,
  type AlignedSpeech,
  type AnalyseVideoRequest,
  type Manifest,
  type MediaChoice,
  type PreparedRender,
  type RenderOutput,
  type RenderRequest,
  type RenderServices,
  type Run,
  type VideoAnalysis,
  type VoiceEngine,
} from "@understudy/render";
import type { DrawClipOptions } from "#demo/draw-clip.js";
import type { ClipSpec } from "#demo/clip-spec.js";
import type { FileReaders } from "#verify/index.js";
import { writeReport, type ReportInput } from "#report/index.js";

/** What deciding a render may use of this machine. */
export interface PrepareResources {
  readonly mediaIo: MediaChoice;
  /** Threads that draw at the same time. */
  readonly workers: number;
  /** Who speaks a script; default the voice that is built in. */
  readonly voice?: VoiceEngine;
}

/** What a render may use of this machine. */
export interface Resources
  extends
    PrepareResources,
    Pick<RenderServices, "credentials" | "approve" | "keptFaces" | "templates" | "onThumbnailFailed"> {
  /** Folder for intermediate files; the caller makes and removes it. */
  readonly workFolder: string;
  /** Asked right before delivery. @throws UnderstudyError `consent-revoked`. */
  readonly assertNotRevoked: (consentIds: readonly string[]) => Promise<void>;
}

/** The house, wired together: everything that a command does beyond deciding goes through here. */
export interface Wiring {
  /** Opens, checks and plans; touches nothing. */
  prepareRender(
    request: RenderRequest,
    run: Run,
    resources: PrepareResources,
  ): Promise<Pick<PreparedRender, "source" | "plan">>;
  /** Lists the people of a video; keeps what it found in the template only. */
  analyseVideo(
    request: AnalyseVideoRequest,
    run: Run,
    resources: PrepareResources & Pick<RenderServices, "templates">,
  ): Promise<VideoAnalysis>;
  /** Renders and delivers. */
  render(request: RenderRequest, output: RenderOutput, run: Run, resources: Resources): Promise<Manifest>;
  /** Lends what a stranger's file is read with. */
  withFileReaders<T>(mediaIo: MediaChoice, action: (readers: FileReaders) => Promise<T>): Promise<T>;
  /** Finds when the words of a text are said in a file. */
  alignFile(
    order: { readonly path: string; readonly text: string },
    mediaIo: MediaChoice,
    signal: AbortSignal,
  ): Promise<AlignedSpeech>;
  /** Draws the demo's talking clip at `path`. */
  drawClip(spec: ClipSpec, path: string, options: DrawClipOptions): Promise<void>;
  /** Draws the portrait of the demo's other person at `path`. */
  drawPortrait(path: string): Promise<void>;
  /** Writes the report of a finished render. */
  writeReport(input: ReportInput): Promise<void>;
}

/** The real one: this machine, this disk. */
export const localWiring: Wiring = {
  prepareRender: (request, run, resources) => prepareRender(request, run, createPrepareServices(resources)),
  analyseVideo: (request, run, { templates, ...resources }) =>
    analyseVideo(request, run, { ...createPrepareServices(resources), ...(templates && { templates }) }),
  async render(request, output, run, resources) {
    const services = createLocalServices(resources);
    try {
      return await render(request, output, run, services);
    } finally {
      await services.close();
    }
  },
  async withFileReaders(mediaIo, action) {
    const provenance = openProvenance();
    const io = createMediaIo(mediaIo);
    try {
      return await action({
        readProvenance: (order, signal) => provenance.read(order, signal),
        readMarks: (path, options) => readMarks(io, path, options),
      });
    } finally {
      await provenance.close();
    }
  },
  alignFile: ({ path, text }, mediaIo, signal) => alignFile(createMediaIo(mediaIo), path, text, signal),
  // Loaded when wanted: inventing the demo's people takes a fifth of a second, which --help need not wait for.
  drawClip: async (...args) => (await import("#demo/draw-clip.js")).drawClip(...args),
  drawPortrait: async (path) => (await import("#demo/draw-clip.js")).drawDemoPortrait(path),
  writeReport,
};
