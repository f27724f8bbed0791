/** Kinds of swap models that are known; `custom` has no defaults. */
export const swapFamilies = ["inswapper", "hyperswap", "ghost", "simswap", "uniface", "custom"] as const;

/** Name of a kind of swap models. */
export type SwapFamily = (typeof swapFamilies)[number];

/** What a manifest need not say when it names its family; written as it would write it. */
export interface FamilyDefaults {
  readonly [key: string]: unknown;
  readonly source?: Readonly<Record<string, unknown>>;
}

const unit = { mean: 0, std: 1 } as const;
const signed = { mean: 0.5, std: 0.5 } as const;
const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** The contracts of the families as the projects that use them run them; every value can be overruled by the manifest. */
export const familyDefaults: Readonly<Record<SwapFamily, FamilyDefaults>> = {
  inswapper: {
    size: 128,
    template: "arcface_128",
    normalise: unit,
    output: { range: [0, 1] },
    source: { kind: "embedding", normalised: true, projection: "last-initializer" },
  },
  hyperswap: {
    size: 256,
    template: "arcface_128",
    normalise: signed,
    output: { range: [-1, 1] },
    source: { kind: "embedding", normalised: true },
  },
  ghost: {
    size: 256,
    template: "arcface_112_v1",
    normalise: signed,
    output: { range: [-1, 1] },
    source: { kind: "embedding", normalised: false },
  },
  simswap: {
    size: 256,
    template: "arcface_112_v1",
    normalise: imageNet,
    output: { range: [0, 1] },
    source: { kind: "embedding", normalised: true },
  },
  uniface: {
    size: 256,
    template: "ffhq_512",
    normalise: signed,
    output: { range: [-1, 1] },
    source: { kind: "image", size: 256, template: "ffhq_512", normalise: unit },
  },
  custom: {},
};

/** Families whose models want an embedding of their own, which a second network makes of the embedder's. */
export const convertedFamilies: ReadonlySet<SwapFamily> = new Set(["ghost", "simswap"]);
