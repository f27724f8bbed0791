import { isId, type IdKind } from "./ids.js";
import { notFound } from "./refusal.js";
import type { StoredBase, StoredTable } from "./model.js";
import type { HeldToken, Role, TokenScope } from "./tokens.js";
import type { World } from "./world.js";

/** A request that may be done. */
export interface Visit {
  readonly world: World;
  readonly token: HeldToken;
  /** Parts of the path by their names in the route. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown;
  /** The base in the path. @throws Refusal 403. */
  base(): StoredBase;
  /** The table in the path. @throws Refusal 403. */
  table(): StoredTable;
}

/** An endpoint. */
export interface Route {
  readonly method: string;
  /** Such as `/v0/:base/:table`; `:base` and `:record` only take ids of their kinds. */
  readonly path: string;
  readonly scopes: readonly TokenScope[];
  /** Least role. Default read. */
  readonly role?: Role;
  /** @returns what is answered as JSON; undefined for an empty body. @throws Refusal */
  readonly act: (visit: Visit) => unknown;
}

/** A route and what the path's parts are. */
export interface RouteMatch {
  readonly route: Route;
  readonly parts: Readonly<Record<string, string>>;
}

const idParts: Readonly<Record<string, IdKind>> = { ":base": "app", ":record": "rec", ":hook": "ach" };

/** Finds the route of a request; a slash at the end does not matter. @throws Refusal 404, before the token is looked at. */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch {
  const given = path.replace(/\/$/, "").split("/");
  for (const route of routes) {
    const parts = route.method === method ? partsOf(route.path.split("/"), given) : undefined;
    if (parts !== undefined) {
      return { route, parts };
    }
  }
  throw notFound();
}

function partsOf(names: readonly string[], given: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (names.length !== given.length) {
    return undefined;
  }
  const parts: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const text = decoded(given[index] ?? "");
    const kind = idParts[name];
    const fits = name.startsWith(":") ? text !== "" && (kind === undefined || isId(kind, text)) : name === text;
    if (!fits) {
      return undefined;
    }
    if (name.startsWith(":")) {
      parts[name.slice(1)] = text;
    }
  }
  return parts;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notFound();
  }
}
