import { basename } from "node:path";
import type { Manifest } from "@understudy/render";
import { contentPolicyOf } from "./content-policy.js";
import { markup, trusted, type Markup } from "./markup.js";
import { comparisons, type ShownMoment } from "./section-comparisons.js";
import { facts, quality, stages, verification } from "./section-facts.js";
import { speech } from "./section-speech.js";
import { trust } from "./section-trust.js";
import { timeline } from "./section-timeline.js";
import { script } from "./script.js";
import { style } from "./style.js";

/** Everything on the page; file names are shown without their folders, which may name a person. */
export interface PageInput {
  readonly manifest: Manifest;
  readonly videoPath: string;
  readonly manifestPath: string;
  readonly moments: readonly ShownMoment[];
}

/** The report as one file: no external resource, no inline handler; style and script are allowed by their hash. Pure. */
export function reportPage({ manifest, videoPath, manifestPath, moments }: PageInput): string {
  const video = basename(videoPath);
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${video} - Understudy report</title>
        <style>${trusted(style)}</style>
      </head>
      <body>
        <header>
          <p class="kicker">Understudy report</p>
          <h1>${video}</h1>
          ${summary(manifest)}
        </header>
        <main>
          ${comparisons(moments, manifest.plan.segments)} ${timeline(manifest)} ${speech(manifest)}
          ${quality(manifest)} ${trust(manifest)} ${verification(manifest)} ${stages(manifest)} ${facts(manifest)}
        </main>
        <footer>
          <p>
            Made ${manifest.createdAt} by ${manifest.software}. The whole record:
            <a href="${relativeLink(manifestPath)}">${basename(manifestPath)}</a>, the video:
            <a href="${relativeLink(videoPath)}">${video}</a>.
          </p>
        </footer>
        <script>${trusted(script)}</script>
      </body>
    </html>
`;
  return page.text;
}

function summary({ frames, plan }: Manifest): Markup {
  const seconds = plan.segments.at(-1)?.endSeconds ?? 0;
  const untouched = `frames ${plan.stitch.mode === "smart" ? "copied untouched" : "the same for every face"}`;
  return markup`<ul class="summary">
<li><strong>${seconds.toFixed(1)} s</strong> of video</li>
<li><strong>${frames.swapped}</strong> of ${frames.total} frames swapped</li>
<li>${plan.stitch.mode === "reencode" ? "the whole picture track was encoded again" : markup`<strong>${frames.total - frames.reencoded}</strong> ${untouched}`}</li>
${frames.withoutFace === 0 ? "" : markup`<li><strong>${frames.withoutFace}</strong> frames without a face, left as they were</li>`}
</ul>`;
}

/** The files lie beside the report, so the name is enough; `./` keeps a name with a colon from reading as a scheme. */
function relativeLink(path: string): string {
  return `./${encodeURIComponent(basename(path))}`;
}

const contentPolicy = contentPolicyOf({ style, script, hasPictures: true });
