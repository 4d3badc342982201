/**
 * The comparison: what a developer would write first. Verifies the signature, publishes the body, awaits the ack,
 * answers. It keeps nothing apart, recognizes no repetition and speaks the platform's language.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { connect } from "nats";
import { z } from "zod";
import { answerParent } from "./child.ts";
import { storeSecret } from "./stores.ts";

const SECRET = storeSecret(0);

answerParent({
  start: async (input) => {
    const { servers } = z.object({ servers: z.string() }).parse(input);
    const connection = await connect({ servers });
    const js = connection.jetstream();
    const server = createServer((request, response) => {
      void readBody(request)
        .then(async (body) => {
          if (!isSigned(request, body)) return 401;
          await js.publish("bench.orders", body);
          return 200;
        })
        .catch(() => 503)
        .then((status) => response.writeHead(status).end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return { port: typeof address === "object" && address !== null ? address.port : 0 };
  },
});

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const given = Buffer.from(String(request.headers["x-shopify-hmac-sha256"]), "base64");
  const expected = createHmac("sha256", SECRET).update(body).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}
