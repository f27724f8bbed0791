import { placeholders, workerOperations } from "#protocol.js";

/** What stands for the placeholders of a URL. */
export interface Places {
  /** What `$ID` means: a worker's id in a URL to take from, a job's id in the others. */
  readonly id: string;
  readonly workerId: string;
  readonly gpuTypeId: string;
}

/** Fills in every placeholder, wherever it stands; one pass, so that a value is never read as a placeholder. */
export function fillUrl(template: string, places: Places): string {
  const values: Readonly<Record<string, string>> = {
    [placeholders.id]: places.id,
    [placeholders.workerId]: places.workerId,
    [placeholders.gpuTypeId]: places.gpuTypeId,
  };
  return template.replaceAll(/\$[A-Z_]+\b/g, (name) => {
    const value = values[name];
    return value === undefined ? name : encodeURIComponent(value);
  });
}

/** Appends query parameters, whether or not the URL has a query; the SDK appends `&` always, which breaks one without. */
export function withQuery(url: string, parameters: Readonly<Record<string, string | number>>): string {
  const query = Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  const joint = !url.includes("?") ? "?" : url.endsWith("?") || url.endsWith("&") ? "" : "&";
  return `${url}${joint}${query}`;
}

/** The URL of another operation of the same worker, made from the one it takes jobs from; undefined when that has another form. */
export function siblingUrl(takeUrl: string, operation: string): string | undefined {
  const queryAt = takeUrl.indexOf("?");
  const path = queryAt < 0 ? takeUrl : takeUrl.slice(0, queryAt);
  const at = path.lastIndexOf(`/${workerOperations.take}/`);
  if (at < 0) return undefined;
  const after = at + 1 + workerOperations.take.length;
  return `${takeUrl.slice(0, at + 1)}${operation}${takeUrl.slice(after)}`;
}
