/** `entrepot/events`: the canonical language as zod schemas and types, for programs that read or check events. */
export { type CanonicalEvent, envelope } from "./normalizers/canonical/event.ts";
export { dataSchema, parseEvent } from "./normalizers/canonical/parse-event.ts";
export { eventTypes } from "./normalizers/canonical/resources.ts";
export type { CommerceEvent, EntityEvent, EventOf, EventType } from "./normalizers/canonical/typed-event.ts";
