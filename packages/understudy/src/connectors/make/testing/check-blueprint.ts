import { z } from "zod";
import { moduleReferences } from "./module-references.js";

/** What is wrong with a blueprint, one sentence each; empty: Make.com's documented rules are kept. */
export function problemsOfBlueprint(blueprint: unknown): readonly string[] {
  const parsed = blueprintSchema.safeParse(blueprint);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => `${path.join(".") || "blueprint"}: ${message}`);
  }
  const { flow } = parsed.data;
  const modules = allOf(flow);
  const [first] = flow;
  return [
    ...repeated(modules.map(({ id }) => id)).map((id) => `module ${id}: there are two of this id`),
    ...(first?.filter === undefined ? [] : [`module ${first.id}: nothing can be passed over before the first module`]),
    ...modules.flatMap(problemsOfRouter),
    ...problemsOfReferences(flow, new Set()),
  ];
}

/**
 * What must not be in a blueprint that is handed to others: whose connections it used, what the editor keeps for itself (it is made
 * again on import), and keys.
 */
export function problemsOfShared(blueprint: unknown): readonly string[] {
  const problems = problemsOfBlueprint(blueprint);
  if (problems.length > 0) return problems;
  const { flow } = blueprintSchema.parse(blueprint);
  return [
    ...allOf(flow).flatMap(({ id, parameters = {}, metadata }) => [
      ...Object.keys(parameters)
        .filter((name) => connectionPattern.test(name))
        .map((name) => `module ${id}: ${name} is somebody's own`),
      ...Object.keys(metadata)
        .filter((name) => name !== "designer")
        .map((name) => `module ${id}: metadata.${name} is the editor's`),
    ]),
    ...(secretPattern.test(JSON.stringify(blueprint)) ? ["blueprint: there is a key in it"] : []),
  ];
}

type Module = z.infer<typeof moduleSchema>;

const connectionPattern = /^(__IMT(CONN|HOOK|KEY)__|hook|datastore|bodyDataStructure|.*Keychain)$/;
const secretPattern = /(api[_-]?key|bearer|token)["\s:=\\]+[A-Za-z0-9_-]{20,}/i;

const conditionSchema = z.strictObject({
  a: z.string(),
  o: z.string().regex(/^[a-z]+(:[a-z]+)*$/),
  b: z.string().optional(),
});

const filterSchema = z.strictObject({
  name: z.string(),
  conditions: z.array(z.array(conditionSchema).min(1)).min(1),
});

/** `restore`, `expect` and the like come with exports. */
const moduleMetadataSchema = z.looseObject({
  designer: z.strictObject({ x: z.number(), y: z.number(), name: z.string().optional() }),
});

const moduleSchema = z.strictObject({
  id: z.int().min(1),
  module: z.string().regex(/^[a-z][a-z0-9-]*:[A-Za-z0-9]+$/),
  version: z.int().min(1),
  parameters: z.record(z.string(), z.unknown()).optional(),
  mapper: z.record(z.string(), z.unknown()).nullable(),
  filter: filterSchema.optional(),
  metadata: moduleMetadataSchema,
  get onerror() {
    return z.array(moduleSchema).optional();
  },
  get routes() {
    return z.array(z.strictObject({ flow: z.array(moduleSchema) })).optional();
  },
});

const blueprintSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  flow: z.array(moduleSchema).min(1),
  metadata: z.looseObject({
    instant: z.boolean().optional(),
    version: z.literal(1),
    scenario: z.looseObject({ roundtrips: z.int().min(1).optional(), maxErrors: z.int().min(0).optional() }),
    designer: z.strictObject({ orphans: z.array(z.unknown()).max(0) }),
  }),
});

function allOf(flow: readonly Module[]): readonly Module[] {
  return flow.flatMap((module) => [
    module,
    ...allOf(module.onerror ?? []),
    ...(module.routes ?? []).flatMap((route) => allOf(route.flow)),
  ]);
}

function repeated(ids: readonly number[]): readonly number[] {
  return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];
}

function problemsOfRouter({ id, module, mapper, routes, filter }: Module): readonly string[] {
  const isRouter = module === "builtin:BasicRouter";
  if (!isRouter) return routes === undefined ? [] : [`module ${id}: only a router has routes`];
  return [
    ...(routes?.length ? [] : [`module ${id}: a router leads nowhere`]),
    ...(mapper === null ? [] : [`module ${id}: a router takes nothing in`]),
    ...(filter === undefined ? [] : [`module ${id}: the filter belongs on the first module of a route`]),
  ];
}

/** @param before ids of the modules that have run when this flow begins. */
function problemsOfReferences(flow: readonly Module[], before: ReadonlySet<number>): readonly string[] {
  const done = new Set(before);
  return flow.flatMap((module) => {
    const { id, parameters, mapper, filter, onerror = [], routes = [] } = module;
    const used = moduleReferences([parameters, mapper, filter]);
    const unknown = used.filter((reference) => !done.has(reference.id));
    done.add(id);
    return [
      ...unknown.map((reference) => `module ${id}: ${reference.id}.${reference.field} is not there when it runs`),
      ...problemsOfReferences(onerror, done),
      ...routes.flatMap((route) => problemsOfReferences(route.flow, done)),
    ];
  });
}
