/** Stores of every platform with secrets of their own, and the webhooks that they send well and badly. */
import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { z } from "zod";
import type { SignatureScheme } from "../../../src/normalizers/scheme.ts";
import { sampleBody, signedTo } from "../../helpers/app.ts";
import { secretFor } from "../../helpers/secrets.ts";
import { examplesOf, WIRES, type WireRow } from "../../helpers/wires.ts";
import type { TalkativeHub } from "./hub.ts";

/** Begins the name of each store: as random as a secret, and told everywhere. */
export const SHOWN = `shop-${randomBytes(12).toString("hex")}`;
/** One store for each wire. */
export const STORES: readonly string[] = WIRES.map((_row, at) => `${SHOWN}-${at}`);
/** Who ordered; only the events may know. */
export const PERSON = {
  email: "zacharias.needle@example.org",
  phone: "+4915100004711",
  firstName: "Zacharias",
  street: "Needlestreet 7",
};

interface Connected extends WireRow {
  readonly store: string;
  readonly signing: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Connects the stores and lets each send; fails when most webhooks are refused. */
export async function playStores(hub: TalkativeHub): Promise<void> {
  const connected: Connected[] = [];
  for (const [at, row] of WIRES.entries()) connected.push(await connectStore(hub, row, STORES[at] ?? ""));
  const statuses: number[] = [];
  for (const store of connected) statuses.push(...(await play(hub, store)));
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(WIRES.length);
  await playPerson(hub, connected);
}

const isKeyed = ({ kind }: SignatureScheme) => ["rsa", "ecdsa", "jws", "jwt"].includes(kind);

/** Settings of a shop whose API, as far as its address is the shop's own, is the one of this test. */
function settingsOf({ platform }: WireRow, { api }: TalkativeHub): Record<string, string> {
  return Object.fromEntries(
    Object.entries(examplesOf(platform)).map(([name, example]) => [
      name,
      /^https?:\/\//.test(example) && platform.api?.base.startsWith(`{${name}}`) ? api.url : example,
    ]),
  );
}

async function connectStore(hub: TalkativeHub, row: WireRow, store: string): Promise<Connected> {
  const { platform, variant, wire } = row;
  const settings = settingsOf(row, hub);
  const pair = secretFor(wire, "own");
  const isPair = wire.schemes.some(isKeyed);
  const stored = isPair ? pair.stored : hub.secret(`secret of ${row.name}`);
  // An API elsewhere is nobody's that a test may ask.
  const isOurs = Object.values(settings).includes(hub.api.url);
  const credentials = Object.fromEntries(
    Object.keys(platform.credentials ?? {}).map((name) => [name, hub.secret(`${name} of ${row.name}`)]),
  );
  const common = { platform: platform.id, ...(variant === undefined ? {} : { variant }), settings };
  const added = await hub.ask("POST", "/api/stores", {
    body: { ...common, name: store, secrets: [stored], ...(isOurs ? { credentials } : {}) },
  });
  expect(added.status, added.text).toBe(201);
  if (!isOurs)
    await hub.ask("POST", "/api/stores", {
      body: { ...common, name: `${store}-idle`, secrets: [stored], credentials },
    });
  return { ...row, store, settings, signing: isPair ? pair.signing : stored };
}

/** Good and bad requests of every topic of a wire; gives what the good ones got. */
async function play({ post, secret }: TalkativeHub, sender: Connected): Promise<number[]> {
  const { platform, variant, wire, store, signing, settings } = sender;
  const statuses: number[] = [];
  const common = { platform, variant, store, settings, now: Date.now() };
  for (const topic of Object.keys(wire.samples.bodies).slice(0, 2)) {
    const sent = signedTo({ ...common, topic, secret: signing, deliveryId: `${store}-${topic}` });
    statuses.push(await post(sent.path, sent.init));
    const body = new Uint8Array([...sent.init.body, 32]);
    await post(sent.path, { ...sent.init, body });
  }
  const [scheme] = wire.schemes;
  if (scheme?.kind === "hmac" && scheme.signs.join() === "body") {
    const broken = signedTo({ ...common, secret: signing, body: "{", deliveryId: `${store}-broken` });
    await post(broken.path, broken.init);
  }
  const wrong = secret(`wrong secret for ${store}`);
  if (!wire.schemes.some(isKeyed)) {
    const forged = signedTo({ ...common, secret: wrong });
    await post(forged.path, forged.init);
  }
  await post(`/webhooks/${platform.id}/${store}/${wrong}`, { method: "POST", body: "{}" });
  return statuses;
}

async function playPerson({ post }: TalkativeHub, connected: readonly Connected[]): Promise<void> {
  const shop = connected.find(({ platform }) => platform.id === "shopify");
  if (shop === undefined) throw new Error("no shop");
  const { platform, store, signing: secret } = shop;
  const body = orderOfPerson(sampleBody(shop.wire, "orders/create"));
  // The second one is cut: it cannot be read, so its text could get into a complaint.
  for (const text of [body, body.slice(0, -1)]) {
    const topic = "orders/create";
    const deliveryId = `${topic}-${text.length}`;
    const { path, init } = signedTo({ platform, store, topic, secret, body: text, deliveryId });
    await post(path, init);
  }
}

function orderOfPerson(sample: string): string {
  const { email, phone, firstName, street } = PERSON;
  const address = { first_name: firstName, address1: street, phone, country_code: "DE" };
  const order = z.record(z.string(), z.unknown()).parse(JSON.parse(sample));
  return JSON.stringify({
    ...order,
    id: 4711,
    email,
    phone,
    shipping_address: address,
    billing_address: address,
  });
}
