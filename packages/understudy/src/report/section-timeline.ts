import { assertNever, type Manifest } from "@understudy/render";
import { markup, type Markup } from "./markup.js";

/** Drawing units across the timeline. */
const width = 1000;

/** The plan to scale: segments above, what was encoded again below, seconds at the bottom. */
export function timeline({ plan, frames }: Manifest): Markup {
  const endSeconds = plan.segments.at(-1)?.endSeconds ?? 0;
  const x = (seconds: number) => ((seconds / endSeconds) * width).toFixed(2);
  const bar = (startSeconds: number, stopSeconds: number, y: number, kind: string, title: string) =>
    markup`<rect
      class="${kind}"
      x="${x(startSeconds)}"
      y="${y}"
      width="${x(stopSeconds - startSeconds)}"
      height="22"
      rx="3"><title>${title}</title></rect>`;
  // The others hold what is the same for every face.
  const changed = plan.regions.filter(({ kind }) => kind === "changed");
  const regions = changed.map((region) => ({
    start: secondsOfFrame(plan.segments, region.startFrame),
    stop: secondsOfFrame(plan.segments, region.endFrame),
    frames: region.endFrame - region.startFrame,
  }));
  return markup`<section aria-labelledby="plan">
    <h2 id="plan">Plan</h2>
    <svg
      class="timeline"
      viewBox="-2 0 ${width + 4} 92"
      role="img"
      aria-label="Timeline of the plan; the table below says the same in numbers"
    >
      ${plan.segments.map((s) => bar(s.startSeconds, s.endSeconds, 4, s.treatment, `${s.treatment} ${s.startSeconds.toFixed(2)}-${s.endSeconds.toFixed(2)} s`))}
      ${regions.map((r) => bar(r.start, r.stop, 32, "region", `encoded again ${r.start.toFixed(2)}-${r.stop.toFixed(2)} s`))}
      ${ticks(endSeconds).map((t) => markup`<line x1="${x(t)}" x2="${x(t)}" y1="60" y2="66"></line><text x="${x(t)}" y="84" text-anchor="${anchor(t, endSeconds)}">${t} s</text>`)}
    </svg>
    <p class="legend">
      <span class="key key-swap"></span>swap <span class="key key-keep"></span>keep
      <span class="key key-region"></span>encoded again (${frames.reencoded} of ${frames.total} frames)
    </p>
    ${stitchNote(plan.stitch)}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Segment</th>
            <th class="number">From</th>
            <th class="number">To</th>
            <th class="number">Frames</th>
          </tr>
        </thead>
        <tbody>
          ${plan.segments.map(
            (s) =>
              markup`<tr>
                <td><span class="key key-${s.treatment}"></span>${s.treatment}</td>
                <td class="number">${s.startSeconds.toFixed(2)} s</td>
                <td class="number">${s.endSeconds.toFixed(2)} s</td>
                <td class="number">${s.endFrame - s.startFrame}</td>
              </tr>`,
          )}
          ${regions.map(
            (r) =>
              markup`<tr>
                <td><span class="key key-region"></span>encoded again</td>
                <td class="number">${r.start.toFixed(2)} s</td>
                <td class="number">${r.stop.toFixed(2)} s</td>
                <td class="number">${r.frames}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function stitchNote(stitch: Manifest["plan"]["stitch"]): Markup | "" {
  switch (stitch.mode) {
    case "smart":
      return "";
    case "reencode":
      return markup`<p class="lead">The whole picture track was encoded again: ${stitch.reason}.</p>`;
    case "uniform":
      return markup`<p class="lead">All other frames were encoded alike for every face this video is given.</p>`;
    default:
      return assertNever(stitch);
  }
}

/** The manifest keeps frame times at segment borders only; between them frames are taken as evenly spaced. */
export function secondsOfFrame(segments: Manifest["plan"]["segments"], frame: number): number {
  const segment = segments.find(({ endFrame }) => frame < endFrame) ?? segments.at(-1);
  if (segment === undefined) return 0;
  const share = (frame - segment.startFrame) / (segment.endFrame - segment.startFrame);
  return segment.startSeconds + share * (segment.endSeconds - segment.startSeconds);
}

/** About six round labels, 0 included. */
function ticks(endSeconds: number): number[] {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];
  const step = steps.find((each) => endSeconds / each <= 7) ?? 7200;
  return Array.from({ length: Math.floor(endSeconds / step + 1e-6) + 1 }, (_, i) => Number((i * step).toFixed(1)));
}

function anchor(seconds: number, endSeconds: number): string {
  if (seconds === 0) return "start";
  return seconds > endSeconds * 0.97 ? "end" : "middle";
}
