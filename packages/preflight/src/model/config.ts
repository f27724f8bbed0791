import type { Confidence, Level, RuleId } from "./finding.js";

/** What runs the image: RunPod's serverless queue, a rented pod, or a load-balanced HTTP endpoint. */
export type Target = "serverless" | "pod" | "load-balancer";

/** How much must be proved: `build` judges files; `deploy` also requires live checks and fresh test evidence. */
export type Profile = "build" | "deploy";

/** One caller's job body, without the `input` envelope. */
export interface DeclaredPayload {
  readonly name: string;
  readonly fields: readonly string[];
}

/** The project's `preflight.config.{json,yaml}` after parsing: every setting has a value. */
export interface PreflightConfig {
  readonly profile: Profile;
  /** Default: inferred from the files. */
  readonly target: Target | undefined;
  /** Who builds: a platform that builds from git sees committed files only. Default `local`. */
  readonly builder: "local" | "git-platform" | "buildah" | "kaniko";
  /** Folders mounted when the worker runs. Default: by target (`/runpod-volume`, or `/workspace` on a pod). */
  readonly mounts: readonly string[] | undefined;
  /** GPU pool ids the endpoint may draw from. Default: what the project's endpoint files say. */
  readonly gpuPools: readonly string[];
  /** Card memory needed, declared by hand when the estimate is wrong, GiB. */
  readonly vramGiB: number | undefined;
  /** Container disk of the endpoint, GB. */
  readonly containerDiskGB: number | undefined;
  /** Largest image the CI or the operator allows, GB. */
  readonly maxImageGB: number | undefined;
  /** Time limit of one job at the endpoint, seconds. */
  readonly executionTimeoutSeconds: number | undefined;
  /** True: the product is sold or used in a business, and weights that forbid it are refused. Default: nobody has said. */
  readonly isCommercial: boolean | undefined;
  /** Job bodies that callers send and no file shows. */
  readonly payloads: readonly DeclaredPayload[];
  /** Environment variables that the endpoint sets and no file shows. */
  readonly endpointEnvironment: readonly string[];
  /** Folder names that hold tests, examples or documents, never the product. */
  readonly testFolders: readonly string[];
  readonly rules: Readonly<Partial<Record<RuleId, Level | "off">>>;
  /** Findings below this confidence are left out. Default `possible` (all are shown). */
  readonly minConfidence: Confidence;
}

/** What holds where the project says nothing. */
export const defaultConfig: PreflightConfig = {
  profile: "build",
  target: undefined,
  builder: "local",
  mounts: undefined,
  gpuPools: [],
  vramGiB: undefined,
  containerDiskGB: undefined,
  maxImageGB: undefined,
  executionTimeoutSeconds: undefined,
  isCommercial: undefined,
  payloads: [],
  endpointEnvironment: [],
  testFolders: ["test", "tests", "__tests__", "example", "examples", "docs", "fixtures", "spec"],
  rules: {},
  minConfidence: "possible",
};
