import type { Segment } from "@understudy/render";
import { markup, type Markup } from "./markup.js";
import type { Moment } from "./pick-moments.js";

/** A moment with its two pictures as JPEG data URIs. */
export interface ShownMoment extends Moment {
  readonly before: string;
  readonly after: string;
  readonly widthPixels: number;
  readonly heightPixels: number;
}

/** Before and after, one slider a moment. Each slider is a range input, so that the keyboard reaches it. */
export function comparisons(moments: readonly ShownMoment[], segments: readonly Segment[]): Markup {
  const groups = segments
    .filter(({ treatment }) => treatment === "swap")
    .map((segment) => ({
      segment,
      moments: moments.filter(({ frame }) => frame >= segment.startFrame && frame < segment.endFrame),
    }))
    .filter((group) => group.moments.length > 0);
  return markup`<section aria-labelledby="compare">
    <h2 id="compare">Before and after</h2>
    <p class="lead">
      Drag across a picture, or use the arrow keys: the original is on the left of the line, the finished video on the
      right.
    </p>
    ${groups.map(
      ({ segment, moments: shown }, i) =>
        markup`<h3>${segment.startSeconds.toFixed(2)} to ${segment.endSeconds.toFixed(2)} s</h3>
          <div class="compare-row${i === 0 && isWide(shown) ? " compare-first" : ""}">${shown.map(comparison)}</div>`,
    )}
  </section>`;
}

/** The very first picture is shown large, unless it is so tall that it would fill the screen. */
function isWide([first]: readonly ShownMoment[]): boolean {
  return first !== undefined && first.widthPixels > first.heightPixels * 1.2;
}

function comparison(moment: ShownMoment): Markup {
  const at = `${moment.seconds.toFixed(2)} s`;
  return markup`<figure class="compare">
    <div class="compare-pictures">
      <img
        class="after"
        src="${moment.after}"
        width="${moment.widthPixels}"
        height="${moment.heightPixels}"
        alt="Finished video at ${at}"
      />
      <img
        class="before"
        src="${moment.before}"
        width="${moment.widthPixels}"
        height="${moment.heightPixels}"
        alt="Original at ${at}"
      />
      <span class="tag tag-before" aria-hidden="true">before</span
      ><span class="tag tag-after" aria-hidden="true">after</span>
      <span class="divider" aria-hidden="true"></span>
      <input type="range" min="0" max="100" value="50" aria-label="Share of the original shown at ${at}, in percent" />
    </div>
    <figcaption>${at} <span class="dim">frame ${moment.frame}</span></figcaption>
  </figure>`;
}
