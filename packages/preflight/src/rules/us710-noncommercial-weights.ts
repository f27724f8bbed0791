import type { ImageFacts } from "#facts/image/image-facts.js";
import { type ModelCard, modelCard } from "#knowledge/index.js";
import type { Level, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";

/** Weights whose licence forbids a business, in a project that is one. */
export const noncommercialWeights: ImageRule = {
  scope: "image",
  meta: {
    id: "US710",
    name: "noncommercial-weights",
    level: "note",
    phase: "deploy",
    summary: "The image fetches or uses weights whose licence does not allow commercial use, or asks for source.",
    seeds: ["S28"],
    fix: "by-hand",
  },
  *check(image) {
    const { isCommercial } = image.project.config;
    if (isCommercial === false) return;
    const told = new Set<string>();
    for (const { card, location, isFetched } of weightsOf(image)) {
      const isCopyleft = card.licence.spdx.startsWith("AGPL");
      if ((card.licence.isCommercialAllowed && !isCopyleft) || told.has(card.id)) continue;
      told.add(card.id);
      const level = isCommercial !== true ? "note" : isFetched && !isCopyleft ? "error" : "warning";
      yield report(card, location, level, isCopyleft);
    }
  },
  lookedAt: (image) => {
    const count = weightsOf(image).length;
    return count === 0 ? "" : `${count} known weights`;
  },
};

interface Weights {
  readonly card: ModelCard;
  readonly location: Report["at"];
  readonly isFetched: boolean;
}

/** What is fetched first, then what code or settings name. */
function weightsOf({ downloads, modelUses }: ImageFacts): readonly Weights[] {
  const fetched = downloads
    .filter(({ isInFinalImage, when }) => isInFinalImage || when === "start")
    .map(({ what, path, location }) => ({ names: [what, path], location, isFetched: true }));
  const used = modelUses.map(({ value, location }) => ({ names: [value], location, isFetched: false }));
  return [...fetched, ...used].flatMap(({ names, location, isFetched }) => {
    const card = names.map((name) => (name === undefined ? undefined : modelCard(name))).find(Boolean);
    return card === undefined ? [] : [{ card, location, isFetched }];
  });
}

function report(card: ModelCard, at: Report["at"], level: Level, isCopyleft: boolean): Report {
  const { spdx } = card.licence;
  return {
    message: isCopyleft
      ? `${card.id} is under ${spdx}: who offers it over a network owes its users the source of the whole.`
      : `${card.id} may not be used in a business: its licence is ${spdx}.`,
    remedy: isCopyleft
      ? "Publish the source, buy a licence, or take other weights; say `isCommercial: false` if this is no business."
      : "Take other weights or buy a licence; say `isCommercial: false` in preflight.config if this is no business.",
    at,
    level,
    confidence: "likely",
    evidence: card.source.map((source) => ({ statement: `Read at ${source}.` })),
  };
}
