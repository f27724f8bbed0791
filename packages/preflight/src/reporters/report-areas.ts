import { healthCommand, runCommand } from "#plan/live-steps.js";

/** A stretch of rule numbers, both ends inclusive. */
export type RuleRange = readonly [from: number, to: number];

/** One subject of the validation report. */
export interface ReportSubject {
  readonly title: string;
  /** Rules whose runs and findings speak for it. */
  readonly rules: readonly RuleRange[];
  /** What only the running system can answer, and how to ask it; undefined: the files answer it. */
  readonly live: { readonly question: string; readonly command: string } | undefined;
}

/** One row of the readiness checklist. */
export interface ChecklistRow extends ReportSubject {
  /** Whether a failure, or not knowing, keeps the image from being deployed. */
  readonly blocks: boolean;
}

const bucketCommand =
  "printf x | aws s3 cp - s3://$S3_BUCKET/preflight-probe && aws s3 rm s3://$S3_BUCKET/preflight-probe";

/** Questions for the running system. `IMAGE` stands for the project's own image reference. */
const live = {
  tag: { question: "the tag is in the registry", command: "docker manifest inspect IMAGE" },
  endpoint: { question: "the endpoint runs this image and has healthy workers", command: healthCommand },
  bucket: { question: "the bucket takes an upload from the worker's side", command: bucketCommand },
  webhook: {
    question: "the webhook answers with a 2xx status",
    command: 'curl -i -X POST -H "Content-Type: application/json" -d \'{"test":true}\' $WEBHOOK_URL',
  },
  sample: { question: "a sample job comes back right, sound included", command: runCommand },
  speed: { question: "the longest job stays within the endpoint's time limit", command: runCommand },
} as const;

/** Areas of the report, in order; a rule belongs to the first that names it. The tenth is the checklist itself. */
export const reportAreas: readonly ReportSubject[] = [
  {
    title: "Docker image",
    rules: [
      [101, 104],
      [106, 301],
      [307, 309],
      [311, 318],
      [320, 321],
      [401, 499],
      [800, 899],
    ],
    live: live.tag,
  },
  {
    title: "RunPod endpoint",
    rules: [
      [500, 599],
      [901, 904],
      [910, 910],
      [912, 914],
    ],
    live: live.endpoint,
  },
  {
    title: "Handler code",
    rules: [
      [302, 306],
      [310, 310],
      [319, 319],
      [600, 605],
      [607, 611],
      [614, 616],
      [618, 621],
    ],
    live: undefined,
  },
  {
    title: "Object storage",
    rules: [
      [709, 709],
      [905, 906],
    ],
    live: live.bucket,
  },
  {
    title: "Webhook",
    rules: [
      [907, 909],
      [911, 911],
    ],
    live: live.webhook,
  },
  {
    title: "Scripts and documents",
    rules: [
      [105, 105],
      [708, 708],
      [1010, 1014],
    ],
    live: undefined,
  },
  {
    title: "Code quality and secrets",
    rules: [
      [701, 702],
      [706, 707],
      [710, 710],
      [1001, 1009],
    ],
    live: undefined,
  },
  {
    title: "Video pipeline",
    rules: [
      [606, 606],
      [612, 613],
      [617, 617],
    ],
    live: live.sample,
  },
  { title: "Environment and configuration", rules: [[703, 705]], live: undefined },
];

/** The readiness checklist, in order. */
export const checklistRows: readonly ChecklistRow[] = [
  row("Docker image exists", [[801, 801]], true, live.tag),
  row("Image pushed to registry", [[802, 809]], true, live.tag),
  row("Dockerfile correct", [[101, 499]], true),
  row("Handler code complete", [[600, 621]], true),
  row(
    "S3 bucket accessible",
    [
      [709, 709],
      [905, 906],
    ],
    true,
    live.bucket,
  ),
  row("Webhook endpoint live", [[907, 908]], true, live.webhook),
  row(
    "Test scripts ready",
    [
      [105, 105],
      [708, 708],
      [1004, 1004],
    ],
    false,
  ),
  row("Unit tests exist", [[1001, 1001]], false),
  row("Integration tests exist", [[1002, 1002]], false),
  row("E2E tests exist", [[1003, 1003]], false),
  row(
    "Credentials secured",
    [
      [701, 702],
      [706, 708],
    ],
    true,
  ),
  row(
    "Error handling present",
    [
      [308, 308],
      [605, 605],
      [611, 613],
      [616, 616],
      [621, 621],
      [911, 911],
      [1007, 1007],
    ],
    false,
  ),
  row(
    "Logging configured",
    [
      [608, 608],
      [1013, 1013],
    ],
    false,
  ),
  row(
    "Health checks implemented",
    [
      [705, 705],
      [904, 904],
    ],
    false,
    live.endpoint,
  ),
  row(
    "Performance validated",
    [
      [902, 902],
      [1005, 1005],
    ],
    false,
    live.speed,
  ),
  row("Load tested", [[1006, 1006]], false),
  row("Documentation complete", [[1011, 1013]], false),
];

function row(
  title: string,
  rules: readonly RuleRange[],
  blocks: boolean,
  question?: ReportSubject["live"],
): ChecklistRow {
  return { title, rules, blocks, live: question };
}

/** Whether a rule is in one of the ranges. */
export function isInRanges(ruleId: string, ranges: readonly RuleRange[]): boolean {
  const number = Number(ruleId.slice(2));
  return ranges.some(([from, to]) => number >= from && number <= to);
}

/** Title of the area that a rule belongs to. */
export function areaOf(ruleId: string): string {
  return reportAreas.find(({ rules }) => isInRanges(ruleId, rules))?.title ?? "Other";
}
