import type { LookupAddress } from "node:dns";
import { afterEach, describe, expect, it } from "vitest";
import { createEgress, type Egress, type EgressOptions, EgressRefused } from "../../src/egress/egress.ts";
import { CERTIFICATE, CERTIFICATE_HOST } from "../helpers/certificate.ts";
import { answer, type Endpoint, type EndpointOptions, startEndpoint } from "../helpers/endpoint.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function anEndpoint(options?: EndpointOptions): Promise<Endpoint> {
  const endpoint = await startEndpoint(options);
  closing.push(endpoint.close);
  return endpoint;
}

function anEgress(options: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress({ allow: [], ...options });
  closing.push(egress.close);
  return egress;
}

async function post({ dispatcher }: Egress, url: string): Promise<number> {
  const { origin, pathname } = new URL(url);
  const { statusCode, body } = await dispatcher.request({ origin, path: pathname, method: "POST" });
  await body.dump();
  return statusCode;
}

/** The class for which a request is refused. */
async function refused(egress: Egress, url: string): Promise<string> {
  try {
    await post(egress, url);
  } catch (error) {
    if (error instanceof EgressRefused) return error.addressClass;
    throw error;
  }
  return expect.unreachable("the request went out");
}

const v4 = (address: string): LookupAddress => ({ address, family: 4 });
const v6 = (address: string): LookupAddress => ({ address, family: 6 });

/** A resolver that gives these answers one after another, then no more, and counts. */
function resolver(...answers: readonly (readonly LookupAddress[])[]) {
  const asked: string[] = [];
  const resolve = async (hostname: string) => {
    asked.push(hostname);
    return answers[asked.length - 1] ?? expect.unreachable(`${hostname} was looked up once more`);
  };
  return { asked, resolve };
}

describe("the way out", () => {
  it.each([
    ["127.0.0.1", "loopback"],
    ["127.1", "loopback"],
    ["0x7f000001", "loopback"],
    ["2130706433", "loopback"],
    ["0177.0.0.01", "loopback"],
    ["127.0.0.1.", "loopback"],
    ["0", "unspecified"],
    ["[::1]", "loopback"],
    ["[::]", "unspecified"],
    ["[::ffff:127.0.0.1]", "loopback"],
    ["[::ffff:7f00:1]", "loopback"],
    ["[64:ff9b::7f00:1]", "loopback"],
    ["169.254.169.254", "metadata"],
    ["10.0.0.1", "private"],
  ])("refuses the address in http://%s as %s and sends nothing", async (host, expected) => {
    const endpoint = await anEndpoint();
    const egress = anEgress();
    const url = `http://${host}:${endpoint.port}/`;
    expect(await refused(egress, url)).toBe(expected);
    expect(egress.checkUrl(url)).toContain(`(${expected})`);
    expect(endpoint.connections()).toBe(0);
    expect(endpoint.requests).toEqual([]);
  });

  it.each(["localhost", "LOCALHOST"])("refuses %s as the system resolves it", async (host) => {
    const endpoint = await anEndpoint();
    expect(await refused(anEgress(), `http://${host}:${endpoint.port}/`)).toBe("loopback");
    expect(endpoint.requests).toEqual([]);
  });

  it("sends nothing to localhost with a full stop, whether the system resolves that or not", async () => {
    const endpoint = await anEndpoint();
    await expect(post(anEgress(), `http://localhost.:${endpoint.port}/`)).rejects.toThrow();
    expect(endpoint.connections()).toBe(0);
  });

  it("refuses a name that leads inside", async () => {
    const { resolve } = resolver([v4("10.0.0.1"), v6("fd00::1")]);
    expect(await refused(anEgress({ resolve }), "http://shop.example/")).toBe("private");
  });

  it("refuses over TLS what it refuses without", async () => {
    const { resolve } = resolver([v6("::ffff:10.0.0.1")]);
    expect(await refused(anEgress({ resolve }), "https://shop.example/")).toBe("private");
    expect(await refused(anEgress(), "https://[::1]/")).toBe("loopback");
  });

  it("reaches what the operator opens, as an address and as a name", async () => {
    const endpoint = await anEndpoint();
    const { resolve } = resolver([v4("127.0.0.1")]);
    const egress = anEgress({ allow: ["127.0.0.0/8"], resolve });
    expect(await post(egress, endpoint.url)).toBe(204);
    expect(await post(egress, `http://shop.example:${endpoint.port}/`)).toBe(204);
    expect(endpoint.requests.map(({ headers }) => headers.host)).toEqual([
      `127.0.0.1:${endpoint.port}`,
      `shop.example:${endpoint.port}`,
    ]);
  });

  it("tries only the permitted addresses of a name", async () => {
    const forbidden = await anEndpoint({ host: "127.0.0.1" });
    const permitted = await anEndpoint({ host: "127.0.0.2", port: forbidden.port });
    const { resolve } = resolver([v4("127.0.0.1"), v6("::1"), v4("127.0.0.2")]);
    const egress = anEgress({ allow: ["127.0.0.2/32"], resolve });
    expect(await post(egress, `http://shop.example:${forbidden.port}/`)).toBe(204);
    expect([forbidden.requests.length, permitted.requests.length]).toEqual([0, 1]);
  });

  it("connects to the address that was checked, without asking again: a name that changes gains nothing", async () => {
    const endpoint = await anEndpoint({ host: "127.0.0.2" });
    const inside = await anEndpoint({ host: "127.0.0.1", port: endpoint.port });
    const { resolve, asked } = resolver([v4("127.0.0.2")], [v4("127.0.0.1")]);
    const egress = anEgress({ allow: ["127.0.0.2"], resolve });
    const url = `http://rebind.example:${endpoint.port}/`;
    endpoint.behave(answer(200, { headers: { connection: "close" } }));
    expect(await post(egress, url)).toBe(200);
    expect(asked).toHaveLength(1);
    expect(await refused(egress, url)).toBe("loopback");
    expect(asked).toHaveLength(2);
    expect([endpoint.requests.length, inside.requests.length]).toEqual([1, 0]);
  });

  it("hands a redirect back instead of following it", async () => {
    const [endpoint, target] = [await anEndpoint(), await anEndpoint()];
    endpoint.behave(answer(307, { headers: { location: target.url } }));
    expect(await post(anEgress({ allow: ["127.0.0.1"] }), endpoint.url)).toBe(307);
    expect(target.requests).toEqual([]);
  });

  it("asks over TLS for the certificate of the name, although it connects to an address", async () => {
    const endpoint = await anEndpoint({ tls: true });
    const { resolve } = resolver([v4("127.0.0.1")], [v4("127.0.0.1")]);
    const egress = anEgress({ allow: ["127.0.0.1"], resolve, ca: CERTIFICATE });
    expect(await post(egress, `https://${CERTIFICATE_HOST}:${endpoint.port}/`)).toBe(204);
    await expect(post(egress, `https://other.example:${endpoint.port}/`)).rejects.toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  it("tells a failed look-up from a refusal", async () => {
    const unknown = Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
    const egress = anEgress({ resolve: () => Promise.reject(unknown) });
    await expect(post(egress, "http://nowhere.example/")).rejects.toBe(unknown);
  });

  it("does not start with networks that are none", () => {
    expect(() => createEgress({ allow: ["10.0.0.0/8", "office"] })).toThrow('"office" is no network');
  });
});

describe("the early check of a URL", () => {
  const { checkUrl } = anEgress();

  it.each([
    "https://shop.example/hooks?token=1",
    "http://shop.example:8080",
    "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://bücher.example/",
    "https://not-localhost.example/",
  ])("takes %s", (url) => {
    expect(checkUrl(url)).toBeUndefined();
  });

  it.each([
    ["shop.example/hooks", "That is no URL."],
    ["", "That is no URL."],
    ["http://256.1.1.1/", "That is no URL."],
    ["ftp://shop.example/", "The URL must begin with http or https."],
    ["javascript:alert(1)", "The URL must begin with http or https."],
    ["file:///etc/passwd", "The URL must begin with http or https."],
    ["https://user@shop.example/", "must not hold a user or a password"],
    ["https://:secret@shop.example/", "must not hold a user or a password"],
    ["https://shop.example/#a", "must not hold a fragment"],
    ["https://shop.example/#", "must not hold a fragment"],
    [" https://shop.example/", "blanks or control characters"],
    ["https://shop.example/\nhost: other", "blanks or control characters"],
    ["https://shop.example/\u0000", "blanks or control characters"],
    ["http://localhost:3000/", "(loopback), and EGRESS_ALLOW does not open it"],
    ["http://localhost./", "(loopback)"],
    ["http://app.localhost/", "(loopback)"],
    ["http://[fe80::1]/", "(link-local)"],
  ])("refuses %j and says why", (url, problem) => {
    expect(checkUrl(url)).toContain(problem);
  });

  it("takes 2048 characters and no more", () => {
    const url = "https://shop.example/".padEnd(2048, "a");
    expect(checkUrl(url)).toBeUndefined();
    expect(checkUrl(`${url}a`)).toBe("The URL is longer than 2048 characters.");
  });

  it("takes a name for this machine when one of its addresses is open", () => {
    expect(anEgress({ allow: ["127.0.0.0/8"] }).checkUrl("http://localhost:3000/")).toBeUndefined();
    expect(anEgress({ allow: ["::1"] }).checkUrl("http://localhost:3000/")).toBeUndefined();
  });
});
