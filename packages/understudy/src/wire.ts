import {
  createLocalServices,
  prepareRender,
  render,
  type Manifest,
  type PreparedRender,
  type RenderOutput,
  type RenderRequest,
  type Run,
} from "@understudy/render";
import type { DrawClipOptions } from "#demo/draw-clip.js";
import type { ClipSpec } from "#demo/clip-spec.js";
import { writeReport, type ReportInput } from "#report/index.js";

/** What a render may use of this machine. */
export interface Resources {
  /** Folder for intermediate files; the caller makes and removes it. Absent for a dry run, which writes nothing. */
  readonly workFolder?: string;
  /** Threads that draw at the same time. */
  readonly workers: number;
}

/** The house, wired together: everything that a command does beyond deciding goes through here. */
export interface Wiring {
  /** Opens, checks and plans; touches nothing. */
  prepareRender(
    request: RenderRequest,
    run: Run,
    resources: Resources,
  ): Promise<Pick<PreparedRender, "source" | "plan">>;
  /** Renders and delivers. */
  render(request: RenderRequest, output: RenderOutput, run: Run, resources: Resources): Promise<Manifest>;
  /** Draws the demo's talking clip at `path`. */
  drawClip(spec: ClipSpec, path: string, options: DrawClipOptions): Promise<void>;
  /** Draws the portrait of the demo's other person at `path`. */
  drawPortrait(path: string): Promise<void>;
  /** Writes the report of a finished render. */
  writeReport(input: ReportInput): Promise<void>;
}

/** The real one: this machine, this disk. */
export const localWiring: Wiring = {
  prepareRender: (request, run, resources) => prepareRender(request, run, createLocalServices(resources)),
  render: (request, output, run, resources) => render(request, output, run, createLocalServices(resources)),
  // Loaded when wanted: inventing the demo's people takes a fifth of a second, which --help need not wait for.
  drawClip: async (...args) => (await import("#demo/draw-clip.js")).drawClip(...args),
  drawPortrait: async (path) => (await import("#demo/draw-clip.js")).drawDemoPortrait(path),
  writeReport,
};
