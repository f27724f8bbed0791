/** The formats that a recording of a voice may have, for messages. */
export const recordingsInWords = "WAV, MP3, M4A, FLAC or Ogg";

/** Whether a file is of one of them, by what its first bytes say. @param mediaType such as `audio/mpeg`. */
export function isRecording(mediaType: string): boolean {
  // Of an Ogg file the codec may follow.
  return recordings.has(mediaType.split(";", 1)[0]!);
}

const recordings: ReadonlySet<string> = new Set([
  "audio/wav",
  "audio/mpeg",
  "audio/x-m4a",
  "audio/mp4",
  "audio/flac",
  "audio/x-flac",
  "audio/ogg",
]);
