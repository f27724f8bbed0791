/** Whether two names of fields may mean the same: the words of one are among the other's, whatever the case. */
export function likeName(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  if (one === other || Math.min(a.length, b.length) === 0) return false;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  // A single common word says too little: `url` stands in `webhook_url`, `id` in `voice_id`.
  if (short.length === 1 && long.length > 1) return false;
  return short.every((word) => long.includes(word));
}

/** `sourceVideoURL` and `source_video_url` are the same words. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}
