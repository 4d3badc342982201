/**
 * What an order is here. Stripe has none: there are checkout sessions, and payment intents that a shop may also use without
 * them. The order is the session where there is one, else the payment intent. Events about money name the intent, never the
 * session, so the order's id is the intent's (a session that needs no payment, or starts a subscription, has none and gives
 * its own id). That way every event finds its order without a read, and an intent of a session is no second order.
 *
 * With an API key the whole order is read whenever something about it is told: intent, session and line items. Without one
 * a session gives its order without line items, and the rest gives patches.
 */
import { z } from "zod";
import { toVersion } from "../../canonical/time.ts";
import { momentOfSeconds } from "../../fields.ts";
import { type Answers, apiPath, type Hydration, mapAnswer, type Read } from "../../hydration.ts";
import { type Observation, observed } from "../../platform.ts";
import { intent, toIntentOrder } from "./intent.ts";
import { lines, session, type Session, toSessionOrder } from "./session.ts";

/** What is told beside the order, and the connected account that it belongs to, if any. */
interface About {
  readonly account?: string | null | undefined;
  readonly also?: Observation[];
  readonly partial: Observation[];
}

const sessionList = z.object({ data: z.array(session) });
const wholeAnswer = z.object({ intent, sessions: sessionList, lines: lines.optional() });
const sessionAnswer = z.object({ session, lines });
const listPage = z.object({ has_more: z.boolean(), data: z.array(z.object({ id: z.string() })) });

/** https://docs.stripe.com/api/checkout/sessions/list finds the session of a payment intent. */
export function readOrder(intentId: string, { account, also = [], partial }: About): Hydration {
  return {
    key: `order:${intentId}`,
    reads: (answers) =>
      [
        { name: "intent", path: apiPath`/v1/payment_intents/${intentId}?expand[]=latest_charge` },
        { name: "sessions", path: apiPath`/v1/checkout/sessions?payment_intent=${intentId}&limit=1` },
        ...linesOf(sessionOf(answers)),
      ].map(inAccount(account)),
    map: (answers, readAt) =>
      mapAnswer("intent, sessions or lines", answers, wholeAnswer, (whole) => {
        const [told] = whole.sessions.data;
        // A checkout that is still open is no order, whatever was tried to pay it.
        if (told !== undefined && told.status !== "complete") return [];
        const state =
          told === undefined
            ? toIntentOrder(whole.intent)
            : toSessionOrder(told, { intent: whole.intent, ...(whole.lines ? { lines: whole.lines } : {}) });
        const bornAt = momentOfSeconds((told ?? whole.intent).created);
        const version = toVersion(readAt) ?? readAt;
        return [
          observed("order", { id: intentId, version, state: { ...state, id: intentId }, bornAt }),
          ...also,
        ];
      }),
    partial: () => ({ ok: true, observations: partial }),
  };
}

/** The order of a session without a payment intent. */
export function readSession(id: string, { account, partial }: About): Hydration {
  return {
    key: `order:${id}`,
    reads: () =>
      [{ name: "session", path: apiPath`/v1/checkout/sessions/${id}` }, linesRead(id)].map(
        inAccount(account),
      ),
    map: (answers, readAt) =>
      mapAnswer("session or lines", answers, sessionAnswer, ({ session: told, lines: pages }) => [
        observed("order", {
          id,
          version: toVersion(readAt) ?? readAt,
          state: { ...toSessionOrder(told, { lines: pages }), id },
          bornAt: momentOfSeconds(told.created),
        }),
      ]),
    partial: () => ({ ok: true, observations: partial }),
  };
}

/** A platform's key reads the objects of a connected account only where it says so: https://docs.stripe.com/connect/authentication */
function inAccount(account: string | null | undefined): (read: Read) => Read {
  return (read) => (account ? { ...read, headers: { "stripe-account": account } } : read);
}

function sessionOf(answers: Answers): Session | undefined {
  return sessionList.safeParse(answers.sessions).data?.data[0];
}

function linesOf(told: Session | undefined): Read[] {
  return told?.status === "complete" ? [linesRead(told.id)] : [];
}

/** Items are not part of a session; a page goes on after the last item of the one before. */
function linesRead(sessionId: string): Read {
  const path = apiPath`/v1/checkout/sessions/${sessionId}/line_items?limit=100`;
  return {
    name: "lines",
    path,
    nextPage: (answer) => {
      const { data: page } = listPage.safeParse(answer);
      const last = page?.has_more ? page.data.at(-1) : undefined;
      return last && `${path}${apiPath`&starting_after=${last.id}`}`;
    },
  };
}
