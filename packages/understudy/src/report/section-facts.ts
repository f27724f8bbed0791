import { basename } from "node:path";
import type { Manifest } from "@understudy/render";
import { describeQuality } from "./describe-quality.js";
import { markup, type Markup } from "./markup.js";

/** The metrics in words, the numbers beside them. */
export function quality(manifest: Manifest): Markup {
  return markup`<section aria-labelledby="quality">
    <h2 id="quality">Quality</h2>
    <ul class="verdicts">
      ${describeQuality(manifest.quality).map(
        ({ sentence, figure, tone }) =>
          markup`<li class="${tone}"><strong>${sentence}</strong> <span class="dim">${figure}</span></li>`,
      )}
    </ul>
    <p class="lead">${measuredOn(manifest.quality.sampledFrames)}</p>
  </section>`;
}

function measuredOn(frames: number): string {
  return frames === 0
    ? "No swapped frame could be sampled, so nothing was measured."
    : `Measured on ${frames} swapped frames.`;
}

/** What was found true of the finished file. */
export function verification({ verification: found, frames, notes, plan }: Manifest): Markup {
  const { templateFrames: template = 0, undecodedFrames: undecoded = 0 } = found;
  const shared = plan.stitch.mode === "uniform" ? "what every face's video shares" : "the source";
  const rows: [string, string, string][] = [
    ...identical(`Kept picture packets identical to ${shared}`, found.keptPacketsIdentical, found.keptPackets),
    ...identical("Sound packets identical to the source", found.audioPacketsIdentical, found.audioPackets),
    ...mixed(found.audioPacketsMixed),
    [
      "Every frame is shown at its old time",
      found.presentationTimesEqual ? "yes" : "no",
      toneOf(found.presentationTimesEqual),
    ],
    [
      "Frames that decoding gave",
      [
        `${found.decodedFrames} of ${frames.total}`,
        ...(template === 0 ? [] : [`${template} more were decoded when their template was made`]),
        ...(undecoded === 0 ? [] : [`${undecoded} more are the source's, which nothing that was changed touches`]),
      ].join("; "),
      toneOf(found.decodedFrames + template + undecoded === frames.total),
    ],
    ["Decode errors", String(found.decodeErrors), toneOf(found.decodeErrors === 0)],
  ];
  return markup`<section aria-labelledby="verification">
    <h2 id="verification">Verification</h2>
    <ul class="verdicts">
      ${rows.map(([what, value, tone]) => markup`<li class="${tone}"><strong>${what}:</strong> ${value}</li>`)}
      ${notes.map((note) => markup`<li class="plain">${note}</li>`)}
    </ul>
  </section>`;
}

/** Nothing is said of packets that do not exist. */
function identical(what: string, count: number, total: number): [string, string, string][] {
  return total === 0 ? [] : [[what, `${count} of ${total}`, toneOf(count === total)]];
}

function mixed(count: number | undefined): [string, string, string][] {
  return count === undefined ? [] : [["Sound packets with the script, as they were made", String(count), "good"]];
}

function toneOf(isGood: boolean): "good" | "poor" {
  return isGood ? "good" : "poor";
}

/** Where the time went. */
export function stages({ stages: all }: Manifest): Markup {
  const total = all.reduce((sum, { seconds }) => sum + seconds, 0);
  return markup`<section aria-labelledby="stages">
    <h2 id="stages">Time</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Stage</th>
            <th class="number">Seconds</th>
            <th>Share</th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            ({ stage, seconds }) =>
              markup`<tr>
                <td>${stage}</td>
                <td class="number">${seconds.toFixed(2)}</td>
                <td>
                  <meter min="0" max="1" value="${(seconds / (total || 1)).toFixed(3)}">
                    ${Math.round((100 * seconds) / (total || 1))} %
                  </meter>
                </td>
              </tr>`,
          )}
          <tr class="total">
            <td>total</td>
            <td class="number">${total.toFixed(2)}</td>
            <td></td>
          </tr>
        </tbody>
      </table>
    </div>
  </section>`;
}

/** Who agreed, what drew it, from what. */
export function facts({ renderId, request, engine, cast, costUsd }: Manifest): Markup {
  const rows: [string, string][] = [
    ["Source", `${basename(request.source.key)}, sha256 ${request.source.sha256}`],
    ["Render", renderId],
    ...cast.flatMap(({ person, faces, consent }): [string, string][] => [
      ...(cast.length > 1 ? [["Person", person] as [string, string]] : []),
      ...faces.map(({ key, sha256 }): [string, string] => ["Photo", `${basename(key)}, sha256 ${sha256}`]),
      ["Consent", `${consent.id} (${consent.method})`],
    ]),
    ["Engine", engine.id],
    ...engine.weights.map(({ name, licence, origin }): [string, string] => [
      "Weights",
      `${name}, ${licence}, ${origin}`,
    ]),
    ["Cost", costUsd === 0 ? "nothing; it ran on this machine" : `${costUsd.toFixed(4)} USD`],
  ];
  return markup`<section aria-labelledby="facts">
    <h2 id="facts">Record</h2>
    <dl>
      ${rows.map(
        ([term, text]) =>
          markup`<dt>${term}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
  </section>`;
}
