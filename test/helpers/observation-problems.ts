/** What of an observation does not fit the canonical language. */
import { isSignalResource, RESOURCES, SIGNALS } from "../../src/normalizers/canonical/resources.ts";
import type { Observation } from "../../src/normalizers/platform.ts";

/** What of an observation does not fit the canonical schemas; the schemas drop what they do not know, so that counts too. */
export function problemsOf(observation: Observation): string[] {
  switch (observation.kind) {
    case "state": {
      const { resource, id, version, state } = observation;
      const parsed = RESOURCES[resource].schema.safeParse(state);
      const unknown =
        parsed.success && JSON.stringify(sorted(parsed.data)) !== JSON.stringify(sorted(state))
          ? [`${resource}: has fields of no canonical meaning`]
          : [];
      return [...issuesOf(resource, parsed), ...unknown, ...missing(resource, { id, version })];
    }
    case "patch": {
      const { resource, id, version, key, path } = observation;
      const value = key === undefined ? observation.value : [observation.value];
      const schema = RESOURCES[resource].schema.partial();
      return [
        ...issuesOf(`${resource}.${path}`, schema.safeParse({ [path]: value })),
        ...missing(resource, { id, version }),
      ];
    }
    case "signal": {
      const [resource = ""] = observation.type.split(".");
      return isSignalResource(resource)
        ? issuesOf(resource, SIGNALS[resource].schema.safeParse(observation.data))
        : [`${observation.type} is no signal`];
    }
    case "deleted":
      return missing(observation.resource, { id: observation.id, version: observation.version });
    case "reference":
      return missing("reference", { id: observation.id });
  }
}

function issuesOf(
  what: string,
  parsed: { error?: { issues: readonly { path: PropertyKey[]; message: string }[] } | undefined },
): string[] {
  return (parsed.error?.issues ?? []).map(
    ({ path, message }) => `${what}: ${path.map(String).join(".")}: ${message}`,
  );
}

function missing(what: string, texts: Readonly<Record<string, string>>): string[] {
  return Object.keys(texts)
    .filter((name) => typeof texts[name] !== "string" || texts[name] === "")
    .map((name) => `${what}: has no ${name}`);
}

/** With keys in one order, and without what JSON does not carry. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
