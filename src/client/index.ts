/** `entrepot/client`: what a subscriber needs to read its events over NATS. */
export type {
  CommerceEvent,
  EntityEvent,
  EventOf,
  EventType,
} from "../normalizers/canonical/typed-event.ts";
export type { Resource, StateOf } from "../normalizers/canonical/resources.ts";
export type { SubscriptionAccess } from "./access.ts";
export type { Counts } from "./admission.ts";
export type { Gap } from "./continuity.ts";
export type { EachOptions, Handler } from "./each.ts";
export { type EndReason, InvalidEvent, SubscriptionEnded } from "./errors.ts";
export type { Received } from "./received.ts";
export { type SubscribeOptions, type Subscription, subscribe } from "./subscribe.ts";
