/** `catalog.version.updated` says only when the catalogue changed, so what changed since shortly before is searched for. */
import { z } from "zod";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { orAbsent } from "../../fields.ts";
import { type Answers, hydrated, type Read } from "../../hydration.ts";
import { text } from "../../payload.ts";
import { describeIssues, type MapResult, type Observation } from "../../platform.ts";
import { envelope } from "./envelope.ts";
import { catalogObject, observeCatalogObject } from "./product.ts";

/** As many pages as there are rounds of reads; a catalogue that changes more at once needs a full import. */
const PAGES_MAX = 5;
/** https://developer.squareup.com/reference/square/catalog-api/search-catalog-objects */
const PAGE_SIZE = 1000;
const WINDOW_MS = 600_000;
const OVERLAP_MS = 60_000;

const page = z.object({ objects: z.array(catalogObject).optional(), cursor: text });

export const catalogChanged = hydrated(
  envelope({ catalog_version: z.object({ updated_at: z.string() }) }),
  ({ data }, { at }) => {
    const since = beginOf(toTimestamp(data.object.catalog_version.updated_at) ?? at);
    return {
      key: `catalog:${since}`,
      reads: (answers) => pagesOf(answers, since),
      map: (answers, readAt) => mapPages(answers, readAt),
      partial: () => ({ ok: true, observations: [] }),
    };
  },
);

/**
 * A little before the change, at the beginning of ten minutes: the webhooks of one burst share one search, and what is found
 * once more is silent.
 */
function beginOf(changedAt: string): string {
  const before = Date.parse(changedAt) - OVERLAP_MS;
  return new Date(Math.floor(before / WINDOW_MS) * WINDOW_MS).toISOString();
}

/** The cursor of a page goes into the body of the next search. */
function pagesOf(answers: Answers, since: string): Read[] {
  const reads: Read[] = [];
  let cursor: string | undefined;
  for (let number = 1; number <= PAGES_MAX; number += 1) {
    const name = `page ${number}`;
    reads.push({
      name,
      method: "POST",
      path: "/v2/catalog/search",
      body: {
        object_types: ["ITEM", "ITEM_VARIATION"],
        begin_time: since,
        include_deleted_objects: true,
        limit: PAGE_SIZE,
        ...(cursor === undefined ? {} : { cursor }),
      },
    });
    cursor = orAbsent(page.safeParse(answers[name]).data?.cursor);
    if (cursor === undefined) break;
  }
  return reads;
}

function mapPages(answers: Answers, readAt: string): MapResult {
  const observations: Observation[] = [];
  for (let number = 1; `page ${number}` in answers; number += 1) {
    const parsed = page.safeParse(answers[`page ${number}`]);
    if (!parsed.success) {
      return { ok: false, problem: `answer page ${number}: ${describeIssues(parsed.error.issues)}` };
    }
    const stand = toVersion(readAt) ?? readAt;
    observations.push(
      ...(parsed.data.objects ?? []).flatMap((object) => observeCatalogObject(object, stand)),
    );
    if (number === PAGES_MAX && orAbsent(parsed.data.cursor) !== undefined) {
      return { ok: false, problem: `more than ${PAGES_MAX * PAGE_SIZE} objects of the catalogue changed` };
    }
  }
  return { ok: true, observations };
}
