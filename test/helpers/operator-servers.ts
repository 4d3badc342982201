/** Servers of somebody else's operator: keys, signing keys and credentials in files, as an operator would hand them over. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSeed, credsText, fromSeed, type KeyPair, signJwt } from "../../src/nats/embedded/jwt.ts";
import { clusterConfig } from "./cluster.ts";
import { freePorts } from "./free-ports.ts";
import { startTestServer, type TestServer } from "./nats.ts";

export interface OperatorServers {
  /** All of them, with commas. */
  readonly url: string;
  readonly servers: readonly TestServer[];
  /** Paths for the hub's configuration. */
  readonly files: {
    readonly hubCreds: string;
    readonly operatorSeedFile: string;
    readonly accountSeedFile: string;
    readonly systemCredsFile: string;
  };
  readonly dir: string;
  readonly stop: () => Promise<void>;
}

export interface OperatorOptions {
  /** More than one make a cluster. */
  readonly size: number;
  readonly allowDelete: boolean;
}

const EVERYTHING = { subs: -1, data: -1, payload: -1 };
const LIMITS = { ...EVERYTHING, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const JETSTREAM = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

export async function startOperatorServers({ size, allowDelete }: OperatorOptions): Promise<OperatorServers> {
  const dir = await mkdtemp(join(tmpdir(), "entrepot-operator-"));
  const keys = {
    operator: fromSeed(createSeed("operator")),
    operatorSigning: fromSeed(createSeed("operator")),
    sys: fromSeed(createSeed("account")),
    hub: fromSeed(createSeed("account")),
    hubSigning: fromSeed(createSeed("account")),
  };
  const config = configOf(keys, allowDelete);
  const ports = await freePorts(size === 1 ? 0 : size);
  const servers = await Promise.all(
    Array.from({ length: size }, (_, at) =>
      startTestServer({ extraConfig: `${config(join(dir, `jwt-${at}`))}\n${clusterConfig(ports, at)}` }),
    ),
  );
  const file = async (name: string, text: string) => {
    await writeFile(join(dir, name), text);
    return join(dir, name);
  };
  return {
    url: servers.map(({ url }) => url).join(","),
    servers,
    dir,
    files: {
      hubCreds: await file("hub.creds", userOf(keys.hubSigning, keys.hub)),
      systemCredsFile: await file("sys.creds", userOf(keys.sys, keys.sys)),
      operatorSeedFile: await file("operator.nk", `${seedOf(keys.operatorSigning)}\n`),
      accountSeedFile: await file("account.nk", seedOf(keys.hubSigning)),
    },
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Keys {
  readonly operator: KeyPair;
  readonly operatorSigning: KeyPair;
  readonly sys: KeyPair;
  readonly hub: KeyPair;
  readonly hubSigning: KeyPair;
}

/** The hub's account already exports something of its operator's. */
function configOf(keys: Keys, allowDelete: boolean): (jwtDir: string) => string {
  const { operator, operatorSigning, sys, hub, hubSigning } = keys;
  const account = (pair: KeyPair, name: string, nats: object) => {
    const claims = { ...nats, type: "account", version: 2 };
    return signJwt(operatorSigning, { sub: pair.getPublicKey(), name, nats: claims }, Date.now());
  };
  const operatorJwt = signJwt(
    operator,
    {
      sub: operator.getPublicKey(),
      name: "somebody",
      nats: { signing_keys: [operatorSigning.getPublicKey()], type: "operator", version: 2 },
    },
    Date.now(),
  );
  const hubJwt = account(hub, "COMMERCE", {
    limits: { ...LIMITS, ...JETSTREAM },
    signing_keys: [hubSigning.getPublicKey()],
    exports: [{ name: "own", subject: "own.>", type: "stream" }],
  });
  return (jwtDir) =>
    [
      `operator: ${operatorJwt}`,
      `system_account: ${sys.getPublicKey()}`,
      `resolver { type: full, dir: ${JSON.stringify(jwtDir)}, allow_delete: ${allowDelete} }`,
      "resolver_preload {",
      `  ${sys.getPublicKey()}: ${account(sys, "SYS", { limits: LIMITS })}`,
      `  ${hub.getPublicKey()}: ${hubJwt}`,
      "}",
    ].join("\n");
}

function userOf(signer: KeyPair, account: KeyPair): string {
  const seed = createSeed("user");
  const nats = {
    ...(signer === account ? {} : { issuer_account: account.getPublicKey() }),
    pub: {},
    sub: {},
    ...EVERYTHING,
    type: "user",
    version: 2,
  };
  return credsText(
    signJwt(signer, { sub: fromSeed(seed).getPublicKey(), name: "user", nats }, Date.now()),
    seed,
  );
}

function seedOf(pair: KeyPair): string {
  return new TextDecoder().decode(pair.getSeed());
}
