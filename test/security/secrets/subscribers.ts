/** Subscriptions with secrets of every kind, and those who read what is published. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, credsAuthenticator } from "nats";
import { z } from "zod";
import { subscribe } from "../../../src/client/index.ts";
import type { TalkativeHub } from "./hub.ts";

/** Makes and rotates subscriptions; gives the access of one over NATS, as the hub answered it. */
export async function makeSubscriptions({ ask, secret, endpoint, echo }: TalkativeHub): Promise<string> {
  const events = ["*"];
  const given = secret("secret of a subscription", `whsec_${randomBytes(32).toString("base64")}`);
  const headers = {
    Authorization: `Bearer ${secret("bearer of an endpoint", `p+/&="%<${randomBytes(16).toString("hex")}`)}`,
    "X-Api-Key": secret("key of an endpoint"),
  };
  const echoing = { name: "echo", events, deliver: "http", url: echo.url, headers, retrySeconds: [] };
  await ask("POST", "/api/subscriptions", { body: { ...echoing, secret: given }, tells: ["secret"] });
  const made = await ask("POST", "/api/subscriptions", {
    body: { name: "crm", events, deliver: "http", url: endpoint.url, headers },
    tells: ["secret"],
  });
  secret("made secret of a subscription", z.string().parse(made.told.secret));
  const rotated = await ask("POST", "/api/subscriptions/crm/rotate", { body: {}, tells: ["secret"] });
  secret("rotated secret of a subscription", z.string().parse(rotated.told.secret));
  const nats = await ask("POST", "/api/subscriptions", {
    body: { name: "erp", events, deliver: "nats", startAt: "beginning" },
    tells: ["credentials"],
  });
  const [seed = ""] = /SU[A-Z2-7]{56}/.exec(z.string().parse(nats.told.credentials)) ?? [];
  secret("seed of a subscriber", seed);
  return nats.text;
}

/** Keeps whatever is published from now on, with its headers; gives what ends it. */
export async function listen({ dataDir, printed, published }: TalkativeHub): Promise<() => Promise<void>> {
  const [, servers = ""] = / on (nats:\/\/\S+?),/.exec(printed()) ?? [];
  const creds = await readFile(join(dataDir, "nats", "reader.creds"));
  const connection = await connect({ servers, authenticator: credsAuthenticator(creds) });
  connection.subscribe("commerce.>", {
    callback: (_error, { subject, data, headers }) => {
      published.push(`${subject} ${headers?.toString()} ${Buffer.from(data).toString("utf8")}`);
    },
  });
  await connection.flush();
  return () => connection.close();
}

/** Keeps what a subscriber gets through its own consumers: as much as was published so far. */
export async function consume({ published }: TalkativeHub, access: string): Promise<void> {
  const subscription = await subscribe(JSON.parse(access));
  const expected = published.length;
  let taken = 0;
  for await (const { event, ack } of subscription) {
    published.push(JSON.stringify(event));
    ack();
    taken += 1;
    if (taken === expected) break;
  }
  await subscription.close();
}
