export { hasS3Server, startS3Server, type S3Server } from "#storage/testing/s3-server.js";
export { openVoiceLab, type VoiceLab } from "#voice/testing/voice-lab.js";
