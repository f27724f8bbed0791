/**
 * How Airtable and Make.com scenarios spell a job and its result. They stand here and nowhere else: the worker, the webhook, the
 * table in Airtable, the blueprints and `preflight` (US908) read them off this file.
 */

/** Members of the job's input, as a Make.com scenario sends them. */
export const briefFields = {
  recordId: "record_id",
  sourceVideoUrl: "source_video_url",
  avatarImageUrl: "avatar_image_url",
  webhookUrl: "webhook_url",
} as const;

/** Name of the service's own endpoint for such jobs, in the place of RunPod's: `/v2/renders/run`. */
export const briefEndpointId = "renders";

/** Older spellings that are still taken, with a warning. */
export const formerBriefFields = {
  video_url: briefFields.sourceVideoUrl,
  avatar_url: briefFields.avatarImageUrl,
} as const;

/** How far a row is, in its own words. The flag is U+1F6A9, one character. */
export const briefStatuses = {
  pending: "Pending",
  processing: "Processing",
  complete: "Complete",
  failed: "\u{1F6A9} Failed",
} as const;

/** Columns of the table in Airtable. */
export const briefColumns = {
  source: "Source_Video_URL",
  face: "Avatar_Image_URL",
  status: "Status",
  output: "Output_Video_URL",
  error: "Error_Message",
  thumbnail: "Thumbnail",
  seconds: "Render_Seconds",
  cost: "Cost_USD",
  consent: "Consent",
} as const;

/** Members of what the job's webhook is sent, in their order. */
export const briefWebhookFields = {
  status: "status",
  recordId: "record_id",
  outputUrl: "output_url",
  errorMessage: "error_message",
} as const;

/** What the job's webhook is sent: exactly these four members, in this order. */
export interface BriefWebhookBody {
  readonly status: typeof briefStatuses.complete | typeof briefStatuses.failed;
  readonly record_id: string;
  /** Empty after a failure. */
  readonly output_url: string;
  /** Empty after a success; else one sentence with the error's code. */
  readonly error_message: string;
}

/** How a job of the brief ended. */
export type BriefEnd = { readonly outputUrl: string } | { readonly errorMessage: string };

/** Composes the webhook's body. */
export function briefWebhookBody(recordId: string, end: BriefEnd): BriefWebhookBody {
  const isDone = "outputUrl" in end;
  return {
    status: isDone ? briefStatuses.complete : briefStatuses.failed,
    record_id: recordId,
    output_url: isDone ? end.outputUrl : "",
    error_message: isDone ? "" : end.errorMessage,
  };
}
