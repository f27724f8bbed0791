/**
 * Keeps what was worked out of texts, so that what many commits or images share is read once in a process.
 * @param maxCharacters of all keys together; past it the oldest is forgotten first.
 * @returns a function that gives the kept value of a key, or computes and keeps it.
 */
export function textMemo<Value>(maxCharacters: number): (key: string, compute: () => Value) => Value {
  const kept = new Map<string, Value>();
  let characters = 0;
  return (key, compute) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const value = compute();
    kept.set(key, value);
    characters += key.length;
    for (const oldest of kept.keys()) {
      if (characters <= maxCharacters || oldest === key) break;
      kept.delete(oldest);
      characters -= oldest.length;
    }
    return value;
  };
}
