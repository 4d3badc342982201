/** Ids. Bodies carry the numeric REST id, a GraphQL id (`gid://shopify/Order/1`), or both. */
import { z } from "zod";
import { id } from "../../payload.ts";

/**
 * The type, and the id up to its parameters, as gids of inventory levels have some:
 * https://shopify.dev/docs/api/usage/gids
 */
const GID = /^gid:\/\/shopify\/([^/]+)\/([^/?]*)/;

/** The number at the end of a gid; undefined when the text is none. */
export function gidTail(gid: unknown): string | undefined {
  return (typeof gid === "string" && GID.exec(gid)?.[2]) || undefined;
}

/** The type that a gid names (`Order`); undefined when the text is none. */
export function gidType(gid: unknown): string | undefined {
  return typeof gid === "string" ? GID.exec(gid)?.[1] : undefined;
}

/**
 * Reads an object whose `id` may be missing, as in bodies trimmed by `include_fields`: the gid's tail takes its place.
 * The numeric id wins where both are there, so that all topics name one entity alike.
 */
export function identified<S extends z.ZodType>(schema: S) {
  return z.preprocess(fillId, schema);
}

/** An id that is a number in some topics and a gid in others. */
export const idOrGid = id.transform((value) => gidTail(value) ?? value);

function fillId(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("admin_graphql_api_id" in value)) return value;
  if ("id" in value && value.id !== null && value.id !== undefined && value.id !== "") return value;
  const tail = gidTail(value.admin_graphql_api_id);
  return tail === undefined ? value : { ...value, id: tail };
}
