/**
 * The JSON of a row and of its events. The state stands in all of them and makes up most of them, so it is written once and
 * set into each: writing is the largest single piece of work after reading the body, and this halves it.
 */
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
import type { Resource } from "../normalizers/canonical/resources.ts";
import type { EntityRow } from "../normalizers/transition/row.ts";

/** The row as JSON, around the JSON of its state. */
export function writeRow({ state: _written, ...rest }: EntityRow, stateText: string): string {
  return `{"state":${stateText},${JSON.stringify(rest).slice(1)}`;
}

/** `JSON.stringify(event)`, around the JSON of the state that it carries. */
export function writeEvent(
  { data, ...envelope }: CanonicalEvent,
  resource: Resource,
  stateText: string,
): string {
  const { [resource]: _written, ...change } = data;
  const dataText = `{"${resource}":${stateText},${JSON.stringify(change).slice(1)}`;
  return `${JSON.stringify(envelope).slice(0, -1)},"data":${dataText}}`;
}
