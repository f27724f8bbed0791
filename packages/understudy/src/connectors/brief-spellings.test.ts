import { expect, test } from "vitest";
import { briefStatuses, briefWebhookBody } from "./brief-spellings.js";

test("the webhook of a finished job is, byte for byte, what the scenario reads", () => {
  expect(JSON.stringify(briefWebhookBody("rec1", { outputUrl: "https://videos.example/1.mp4" }))).toBe(
    '{"status":"Complete","record_id":"rec1","output_url":"https://videos.example/1.mp4","error_message":""}',
  );
});

test("the webhook of a failed job carries the flag once, in UTF-8", () => {
  const body = JSON.stringify(briefWebhookBody("rec1", { errorMessage: "no-face-in-photo: There is no face." }));
  expect(body).toBe(
    '{"status":"🚩 Failed","record_id":"rec1","output_url":"","error_message":"no-face-in-photo: There is no face."}',
  );
  expect(Buffer.from(briefStatuses.failed).toString("hex")).toBe("f09f9aa9204661696c6564");
});
