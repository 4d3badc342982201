/** The embedded server open to other machines: TLS for everybody, the hub's own connections included. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AccessHub, connectSubscriber, startAccessHub, subscribe } from "../helpers/access-hub.ts";
import { CERTIFICATE, CERTIFICATE_HOST, CERTIFICATE_KEY } from "../helpers/certificate.ts";

const PUBLIC_URL = `tls://${CERTIFICATE_HOST}:4222`;

let dir: string;
let hub: AccessHub;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "entrepot-tls-"));
  const [cert, key] = [join(dir, "cert.pem"), join(dir, "key.pem")];
  await writeFile(cert, CERTIFICATE);
  await writeFile(key, CERTIFICATE_KEY);
  hub = await startAccessHub({ server: { host: "0.0.0.0", tls: { cert, key } }, publicUrls: [PUBLIC_URL] });
}, 60_000);

afterAll(async () => {
  await hub?.stop();
  await rm(dir, { recursive: true, force: true });
});

test("subscribers are told the public address and reach their consumers over TLS", async () => {
  const issued = await subscribe(hub, "shipping");
  expect(issued.servers).toEqual([PUBLIC_URL]);
  // The name does not resolve here, so the test connects to the address and checks the certificate for the name.
  const tls = { ca: CERTIFICATE, servername: CERTIFICATE_HOST };
  const servers = [hub.embedded.url];
  const connection = await connectSubscriber({ ...issued, servers }, { tls });
  expect(connection.info).toMatchObject({ tls_required: true });
  const js = connection.jetstream({ apiPrefix: issued.apiPrefix, checkAPI: false });
  for (const { stream, name } of issued.consumers) await js.consumers.get(stream, name);
  await connection.close();
});

test("a subscriber that does not trust the certificate does not connect", async () => {
  const issued = await subscribe(hub, "marketing");
  const servers = [hub.embedded.url];
  await expect(connectSubscriber({ ...issued, servers })).rejects.toThrow(/self.signed|certificate/i);
});

test("connections without TLS are refused", async () => {
  const issued = await subscribe(hub, "plain");
  const servers = [hub.embedded.url.replace("tls://", "nats://")];
  await expect(connectSubscriber({ ...issued, servers }, { tls: null })).rejects.toThrow();
});
