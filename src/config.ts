/** The environment, read once and checked as a whole. Nothing else in the hub reads it. */
import { z } from "zod";
import { parseCidrs } from "./cidr.ts";
import {
  type NatsAccessConfig,
  natsAccessProblems,
  natsAccessVariables,
  toNatsAccess,
} from "./config-nats.ts";
import { withoutEndSlashes } from "./slashes.ts";

const seconds = (fallback: number, min = 0) => z.coerce.number().int().min(min).default(fallback);
const DAY = 86_400;

const environment = z.object({
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_DIR: z.string().min(1).default("./data"),
  ADMIN_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, "needs at least 16 characters of ASCII, no blanks: it travels in a header")
    .optional(),
  SECRET_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, "needs 64 hexadecimal digits (openssl rand -hex 32)")
    .optional(),
  DURABILITY: z.enum(["strict", "relaxed"]).default("strict"),
  NATS_URL: z.string().min(1).optional(),
  NATS_CREDS: z.string().min(1).optional(),
  NATS_USER: z.string().min(1).optional(),
  NATS_PASSWORD: z.string().min(1).optional(),
  NATS_TOKEN: z.string().min(1).optional(),
  NATS_CA: z.string().min(1).optional(),
  NATS_CERT: z.string().min(1).optional(),
  NATS_KEY: z.string().min(1).optional(),
  NATS_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,30}$/, "needs a to z, 0 to 9 and _, at most 31, a letter first")
    .optional(),
  NATS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  ...natsAccessVariables,
  NATS_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
  INBOX_RETENTION_SECONDS: seconds(14 * DAY, 3600),
  COMMERCE_RETENTION_SECONDS: seconds(30 * DAY, 3600),
  DEAD_RETENTION_SECONDS: seconds(90 * DAY, 3600),
  ATTEMPTS_RETENTION_SECONDS: seconds(14 * DAY, 3600),
  EGRESS_ALLOW: z
    .string()
    .default("")
    .transform((text, context) => {
      const parsed = parseCidrs(text);
      if (parsed.ok) return parsed.cidrs.map((cidr) => cidr.text);
      context.addIssue({ code: "custom", message: parsed.problem });
      return z.NEVER;
    }),
  BODY_BYTES_MAX: z.coerce.number().int().min(1024).max(50_000_000).default(3_500_000),
  WAITING_REQUESTS_MAX: z.coerce.number().int().min(1).default(2000),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

export type Environment = Readonly<Record<string, string | undefined>>;

export interface NatsConfig {
  readonly url: string;
  readonly credsFile?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  readonly tls?:
    | {
        readonly ca?: string | undefined;
        readonly cert?: string | undefined;
        readonly key?: string | undefined;
      }
    | undefined;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  /** What platforms call; without it the address the hub listens on. */
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  readonly adminToken: string | undefined;
  /** 32 bytes in hexadecimal. */
  readonly secretKey: string | undefined;
  readonly durability: "strict" | "relaxed";
  /** Absent: the hub starts its own server. */
  readonly nats: NatsConfig | undefined;
  readonly natsPrefix: string;
  readonly natsPort: number | undefined;
  readonly natsAccess: NatsAccessConfig;
  readonly replicas: number;
  readonly retentionSeconds: {
    readonly inbox: number;
    readonly commerce: number;
    readonly dead: number;
    readonly attempts: number;
  };
  /** Networks that endpoints may be in although they are not public. */
  readonly egressAllow: readonly string[];
  readonly bodyBytesMax: number;
  readonly waitingRequestsMax: number;
  readonly logLevel: z.infer<typeof environment>["LOG_LEVEL"];
}

/** Reads the configuration; throws one `ConfigError` that names every problem. Empty variables count as unset. */
export function loadConfig(env: Environment): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  }
  const e = parsed.data;
  const problems = natsAccessProblems(e);
  if (problems.length > 0) throw new ConfigError(problems);
  const tls =
    e.NATS_CA || e.NATS_CERT || e.NATS_KEY
      ? { ca: e.NATS_CA, cert: e.NATS_CERT, key: e.NATS_KEY }
      : undefined;
  return Object.freeze({
    host: e.HOST,
    port: e.PORT,
    publicUrl: e.PUBLIC_URL === undefined ? undefined : withoutEndSlashes(e.PUBLIC_URL),
    dataDir: e.DATA_DIR,
    adminToken: e.ADMIN_TOKEN,
    secretKey: e.SECRET_KEY,
    durability: e.DURABILITY,
    nats: e.NATS_URL
      ? {
          url: e.NATS_URL,
          credsFile: e.NATS_CREDS,
          user: e.NATS_USER,
          password: e.NATS_PASSWORD,
          token: e.NATS_TOKEN,
          tls,
        }
      : undefined,
    natsPrefix: e.NATS_PREFIX ?? "",
    natsPort: e.NATS_PORT,
    natsAccess: toNatsAccess(e),
    replicas: e.NATS_REPLICAS,
    retentionSeconds: {
      inbox: e.INBOX_RETENTION_SECONDS,
      commerce: e.COMMERCE_RETENTION_SECONDS,
      dead: e.DEAD_RETENTION_SECONDS,
      attempts: e.ATTEMPTS_RETENTION_SECONDS,
    },
    egressAllow: e.EGRESS_ALLOW,
    bodyBytesMax: e.BODY_BYTES_MAX,
    waitingRequestsMax: e.WAITING_REQUESTS_MAX,
    logLevel: e.LOG_LEVEL,
  });
}

/** Names of all variables that the hub reads; the README's table is compared with it. */
export const VARIABLES = Object.keys(environment.shape);

/** The effective values for the start-up line; secrets only say whether they are there. */
export function describeConfig(config: Config): Record<string, unknown> {
  const { adminToken, secretKey, nats, ...plain } = config;
  return {
    ...plain,
    adminToken: { configured: adminToken !== undefined },
    secretKey: { configured: secretKey !== undefined },
    nats: nats
      ? { url: withoutPassword(nats.url), tls: nats.tls !== undefined, credentials: hasCredentials(nats) }
      : "embedded",
  };
}

/** The environment does not fit; `problems` holds one line per variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is wrong: ${problems.join("; ")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

function hasCredentials({ credsFile, user, token }: NatsConfig): boolean {
  return Boolean(credsFile ?? user ?? token);
}

/** Of each address, scheme and host. A password may hold any letter: what stands before the last `@` is never shown. */
function withoutPassword(urls: string): string {
  return urls
    .split(/,(?=\s*[a-z]+:\/\/)/)
    .map((url) => url.replace(/^(\s*[a-z]+:\/\/)?.*@/s, "$1***@"))
    .join(",");
}
