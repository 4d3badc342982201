/** What a marketing tool makes of events: messages to people who want them, and nobody else. */
import type { EventOf, StateOf } from "entrepot/client";

export type MarketingEvent = EventOf<
  | "customer.created"
  | "customer.updated"
  | "customer.consent_changed"
  | "checkout.updated"
  | "checkout.completed"
  | "checkout.deleted"
  | "stock.back"
>;

export type Message =
  | { readonly message: "subscribe" | "unsubscribe"; readonly store: string; readonly email: string }
  | { readonly message: "first_order"; readonly store: string; readonly email: string }
  | { readonly message: "back_in_stock"; readonly store: string; readonly sku: string }
  | {
      readonly message: "abandoned_checkout";
      readonly store: string;
      readonly email: string;
      readonly link: string | null;
    };

export interface Campaigns {
  /** What is to be sent because of the event. */
  readonly handle: (event: MarketingEvent) => Message[];
  /** What is to be sent because nothing has happened for long. */
  readonly remind: () => Message[];
}

interface OpenCheckout {
  readonly since: number;
  readonly message: Message;
}

/** Started checkouts are kept in memory here; a real tool keeps them where they outlive it. */
export function createCampaigns(abandonedAfterMs: number, now: () => number = Date.now): Campaigns {
  const checkouts = new Map<string, OpenCheckout>();
  const follow = (event: EventOf<"checkout.updated">) => {
    const { email, recoveryUrl: link = null, acceptsMarketing, completedAt } = event.data.checkout;
    checkouts.delete(`${event.store} ${event.subject}`);
    if (!email || !acceptsMarketing || completedAt) return;
    const message: Message = { message: "abandoned_checkout", store: event.store, email, link };
    checkouts.set(`${event.store} ${event.subject}`, { since: now(), message });
  };
  return {
    handle: (event) => {
      // Nothing has happened: a test of the hub, or the first sight of what was there before.
      if (event.test || event.firstseen) return [];
      switch (event.type) {
        case "customer.consent_changed":
          return consentOf(event.data.customer, event.store);
        case "customer.created":
        case "customer.updated":
          return firstOrderOf(event);
        case "stock.back":
          return event.data.stock.sku
            ? [{ message: "back_in_stock", store: event.store, sku: event.data.stock.sku }]
            : [];
        case "checkout.updated":
          follow(event);
          return [];
        case "checkout.completed":
        case "checkout.deleted":
          checkouts.delete(`${event.store} ${event.subject}`);
          return [];
      }
    },
    remind: () => {
      const due = Array.from(checkouts).filter(([, { since }]) => now() - since >= abandonedAfterMs);
      for (const [key] of due) checkouts.delete(key);
      return due.map(([, { message }]) => message);
    },
  };
}

function consentOf({ email, emailConsent }: StateOf<"customer">, store: string): Message[] {
  if (!email || !emailConsent) return [];
  return [{ message: emailConsent.state === "subscribed" ? "subscribe" : "unsubscribe", store, email }];
}

/** The state carries the count; `changed` says that it is news. */
function firstOrderOf(event: EventOf<"customer.created" | "customer.updated">): Message[] {
  const { email, ordersCount, emailConsent } = event.data.customer;
  const isFirst = ordersCount === 1 && event.data.changed.includes("ordersCount");
  return isFirst && email && emailConsent?.state === "subscribed"
    ? [{ message: "first_order", store: event.store, email }]
    : [];
}
