/** Which milestones a change crosses, for each resource: one pure function each. */
import type { Resource } from "../canonical/resources.ts";
import { orderMilestones } from "./order.ts";
import type { State } from "./row.ts";

export interface Crossing {
  readonly previous: State | undefined;
  readonly next: State;
  /** Milestones that are told once in a life and have been. */
  readonly reached: readonly string[];
}

export interface Crossed {
  readonly crossed: readonly string[];
  readonly reached: readonly string[];
}

/** The milestones that lie between the two states. Without a previous state, those that the next one has behind it. */
export function crossMilestones(resource: Resource, crossing: Crossing): Crossed {
  if (resource === "order") return orderMilestones(crossing);
  const { previous, next } = crossing;
  const before = previous === undefined ? [] : standing(resource, previous);
  const crossed = standing(resource, next).filter((name) => !before.includes(name));
  return { crossed: [...crossed, ...turns(resource, previous, next)], reached: [] };
}

/** Milestones that hold as long as the state does. */
function standing(resource: Resource, state: State): string[] {
  switch (resource) {
    case "fulfillment":
      return [
        ...(state.status === "delivered" || state.shipmentStatus === "delivered" ? ["delivered"] : []),
        ...(state.status === "cancelled" ? ["cancelled"] : []),
      ];
    case "return":
      return ["closed", "declined", "cancelled"].includes(String(state.status)) ? ["closed"] : [];
    case "product":
      return state.published === true ? ["published"] : [];
    case "draft_order":
    case "cart":
    case "checkout":
      return typeof state.completedAt === "string" ? ["completed"] : [];
    default:
      return [];
  }
}

/** Milestones that are the turn from one known state to another. */
function turns(resource: Resource, previous: State | undefined, next: State): string[] {
  switch (resource) {
    case "product":
      return previous?.published === true && next.published === false ? ["unpublished"] : [];
    case "stock":
      return previous === undefined ? [] : stockTurn(isSellable(previous), isSellable(next));
    case "customer":
      return consentOf(previous) === consentOf(next) ? [] : ["consent_changed"];
    default:
      return [];
  }
}

function stockTurn(before: boolean | undefined, after: boolean | undefined): string[] {
  if (before === undefined || after === undefined || before === after) return [];
  return after ? ["back"] : ["out"];
}

/** Whether something can be sold; undefined when the platform neither counts nor says. */
function isSellable({ available, status }: State): boolean | undefined {
  if (typeof available === "number") return available > 0 || status === "backorder";
  return typeof status === "string" ? status !== "out_of_stock" : undefined;
}

function consentOf(state: State | undefined): string {
  const channels = [state?.emailConsent, state?.smsConsent];
  return channels
    .map((consent) =>
      typeof consent === "object" && consent !== null && "state" in consent ? consent.state : "",
    )
    .join();
}
