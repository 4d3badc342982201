/** Ids. Bodies carry the numeric REST id, a GraphQL id (`gid://shopify/Order/1`), or both. */
import { z } from "zod";
import { id } from "../../payload.ts";

/**
 * The number at the end of a gid; undefined when the text is none.
 * Gids of inventory levels hold a query string: https://shopify.dev/docs/api/admin-graphql/latest/objects/InventoryLevel
 */
export function gidTail(gid: unknown): string | undefined {
  if (typeof gid !== "string") return undefined;
  return /^gid:\/\/shopify\/[^/]+\/([^/?]+)/.exec(gid)?.[1];
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
