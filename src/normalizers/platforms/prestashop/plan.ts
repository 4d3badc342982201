/** An entity that is read whole: by its id, or by the id that a thing of it names. */
import { toVersion } from "../../canonical/time.ts";
import type { Answers, Hydration, Read } from "../../hydration.ts";
import { deleted, type MapResult, type Observation } from "../../platform.ts";
import type { Shop } from "./envelope.ts";
import { listPath, onePath } from "./webservice.ts";

/** What the webhook names: the entity itself, or a thing of it that has to be read to find it. */
export type Link =
  | { readonly id: string }
  | { readonly owner: Read; readonly key: string; readonly find: (answer: unknown) => string | undefined };

interface Plan {
  readonly resource: "order" | "product" | "customer";
  /** Which reads its state needs beside the one that has the resource's name; called again with the answers. */
  readonly reads: (id: string, answers: Answers) => readonly Read[];
  readonly map: (answers: Answers, readAt: string) => MapResult;
  /** What the webhook alone tells. */
  readonly told: () => Observation[];
}

/** The link to what a part of it names in the webhook, or else in its own row. */
export function linkOf(
  named: string | null | undefined,
  part: {
    readonly resource: string;
    readonly id: string;
    readonly find: (answer: unknown) => string | undefined;
  },
  shop: Shop,
): Link {
  if (named != null) return { id: named };
  const key = `${part.resource}:${part.id}`;
  const owner = { name: key, path: onePath(part.resource, part.id, shop), mayBeGone: true };
  return { owner, key, find: part.find };
}

export function planEntity(link: Link, { resource, reads, map, told }: Plan): Hydration {
  const idIn = (answers: Answers) => ("id" in link ? link.id : link.find(answers[link.owner.name]));
  return {
    key: "id" in link ? `${resource}:${link.id}` : link.key,
    reads: (answers) => {
      const id = idIn(answers);
      const owner = "owner" in link ? [link.owner] : [];
      return id === undefined ? owner : [...owner, ...reads(id, answers)];
    },
    map: (answers, readAt) => {
      const id = idIn(answers);
      // What would name the entity is gone itself.
      if (id === undefined) return { ok: true, observations: [] };
      if (answers[resource] === undefined) {
        return { ok: true, observations: [deleted(resource, id, toVersion(readAt) ?? "")] };
      }
      return map(answers, readAt);
    },
    partial: () => ({ ok: true, observations: told() }),
  };
}

/** The read of the things with these ids; none without ids. */
export function readList(name: string, resource: string, ids: readonly string[], shop: Shop): Read[] {
  return ids.length === 0 ? [] : [{ name, path: listPath(resource, { id: ids }, shop) }];
}
