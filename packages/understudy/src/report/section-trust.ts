import type { Manifest } from "@understudy/render";
import { markup, type Markup } from "./markup.js";

/** What tells a viewer, a program and a detector that the video was made with AI. */
export function trust({ disclosure, watermark, provenance, cast }: Manifest): Markup {
  const rows: [string, string, Tone][] = [
    ["Visible label", labelInWords(disclosure), disclosure.label === "delegated" ? "plain" : "good"],
    [
      "Content Credentials",
      `signed by ${provenance.signer.name}${provenance.isSelfIssued ? ", self-issued: public viewers show this signer as unknown" : ""}`,
      "good",
    ],
    ["Invisible watermark", ...watermarkInWords(watermark)],
    ...cast.map(({ consent: { id, method, operator } }): [string, string, Tone] => [
      "Consent",
      `${id}, ${method}, ${operator} answers for it`,
      "good",
    ]),
  ];
  return markup`<section aria-labelledby="trust">
    <h2 id="trust">Disclosure</h2>
    <ul class="verdicts">
      ${rows.map(([what, value, tone]) => markup`<li class="${tone}"><strong>${what}:</strong> ${value}</li>`)}
    </ul>
  </section>`;
}

type Tone = "good" | "poor" | "plain";

function labelInWords({ label, reason, ranges, standsAtFirstExposure }: Manifest["disclosure"]): string {
  if (label === "delegated") return `left to whoever publishes: ${reason ?? ""}`;
  const where = ranges.map(({ startSeconds, endSeconds }) => `${startSeconds.toFixed(1)}-${endSeconds.toFixed(1)} s`);
  return `${where.join(", ")}; ${standsAtFirstExposure ? "stands from the first frame on" : "not yet there at the start of the video"}`;
}

function watermarkInWords(watermark: Manifest["watermark"]): [string, Tone] {
  if (!watermark.placed) return [watermark.reason, "plain"];
  const { id, markedSeconds, isReadable } = watermark;
  const where = `${id} over ${markedSeconds.toFixed(1)} s`;
  return isReadable
    ? [`${where}, read back from the finished file`, "good"]
    : [`${where}, too little to be read back`, "plain"];
}
