/** The part of the environment that says how subscribers reach NATS, and what has to fit together in it. */
import { z } from "zod";

const path = z.string().min(1).optional();

const publicUrls = z
  .string()
  .transform((text) => text.split(",").map((url) => url.trim()))
  .pipe(
    z.array(
      z
        .string()
        .regex(
          /^(nats|tls|ws|wss):\/\/[^/@\s]+\/?$/,
          "needs addresses like tls://nats.example.com:4222, without a password, several with commas",
        ),
    ),
  );

export const natsAccessVariables = {
  NATS_HOST: z.string().min(1).default("127.0.0.1"),
  NATS_PUBLIC_URL: publicUrls.optional(),
  NATS_TLS_CERT: path,
  NATS_TLS_KEY: path,
  NATS_OPERATOR_SEED_FILE: path,
  NATS_ACCOUNT_SEED_FILE: path,
  NATS_SYSTEM_CREDS: path,
  NATS_SUBSCRIBERS_FILE: path,
};

const environment = z.object(natsAccessVariables);
type Given = z.output<typeof environment> & {
  readonly NATS_URL?: string | undefined;
  readonly NATS_PORT?: number | undefined;
};

/** How subscribers reach NATS, and how the hub gives them access. */
export interface NatsAccessConfig {
  /** Address that the embedded server listens on. */
  readonly host: string;
  /** The embedded server's certificate and key (paths); it takes no plain connections then. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** What subscribers connect to; without it what the hub itself connects to. */
  readonly publicUrls: readonly string[] | undefined;
  /** Keys of an external cluster's operator (paths), with which the hub makes accounts there. */
  readonly operator: OperatorFiles | undefined;
  /** File with accounts that an external cluster's operator prepared. */
  readonly subscribersFile: string | undefined;
}

export interface OperatorFiles {
  readonly operatorSeedFile: string;
  readonly accountSeedFile: string;
  readonly systemCredsFile: string;
}

export function toNatsAccess(e: Given): NatsAccessConfig {
  const { NATS_TLS_CERT: cert, NATS_TLS_KEY: key } = e;
  const operatorSeedFile = e.NATS_OPERATOR_SEED_FILE;
  const accountSeedFile = e.NATS_ACCOUNT_SEED_FILE;
  const systemCredsFile = e.NATS_SYSTEM_CREDS;
  return {
    host: e.NATS_HOST,
    tls: cert && key ? { cert, key } : undefined,
    publicUrls: e.NATS_PUBLIC_URL,
    operator:
      operatorSeedFile && accountSeedFile && systemCredsFile
        ? { operatorSeedFile, accountSeedFile, systemCredsFile }
        : undefined,
    subscribersFile: e.NATS_SUBSCRIBERS_FILE,
  };
}

/** One sentence for each variable that does not fit the others. */
export function natsAccessProblems(e: Given): string[] {
  return [...listenerProblems(e), ...clusterProblems(e)];
}

/** Whether only programs of the same machine reach a listener there. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function listenerProblems(e: Given): string[] {
  const problems: string[] = [];
  const isOpen = !isLoopback(e.NATS_HOST);
  if (Boolean(e.NATS_TLS_CERT) !== Boolean(e.NATS_TLS_KEY)) {
    problems.push("NATS_TLS_CERT: a certificate and its key (NATS_TLS_KEY) go together");
  } else if (isOpen && e.NATS_URL === undefined && !e.NATS_TLS_CERT) {
    problems.push(
      "NATS_HOST: other machines can reach this address, so it needs TLS: set NATS_TLS_CERT and NATS_TLS_KEY, or stay on 127.0.0.1",
    );
  }
  if (isOpen && e.NATS_URL === undefined && e.NATS_PUBLIC_URL === undefined) {
    problems.push(
      "NATS_PUBLIC_URL: is needed with this NATS_HOST: the address that subscribers connect to, with a name that the certificate is for",
    );
  }
  if (e.NATS_URL !== undefined && (isOpen || e.NATS_TLS_CERT)) {
    problems.push(
      "NATS_HOST: it, NATS_TLS_CERT and NATS_TLS_KEY are for the embedded server; with NATS_URL there is none",
    );
  }
  return problems;
}

function clusterProblems(e: Given): string[] {
  const operator = [e.NATS_OPERATOR_SEED_FILE, e.NATS_ACCOUNT_SEED_FILE, e.NATS_SYSTEM_CREDS].filter(Boolean);
  const problems: string[] = [];
  if (operator.length > 0 && operator.length < 3) {
    problems.push(
      "NATS_OPERATOR_SEED_FILE: it, NATS_ACCOUNT_SEED_FILE and NATS_SYSTEM_CREDS only work together",
    );
  }
  if (operator.length > 0 && e.NATS_SUBSCRIBERS_FILE) {
    problems.push(
      "NATS_SUBSCRIBERS_FILE: either the hub makes accounts (NATS_OPERATOR_SEED_FILE) or it hands out prepared ones",
    );
  }
  if (e.NATS_URL === undefined && (operator.length > 0 || e.NATS_SUBSCRIBERS_FILE)) {
    problems.push(
      "NATS_URL: NATS_OPERATOR_SEED_FILE, NATS_ACCOUNT_SEED_FILE, NATS_SYSTEM_CREDS and NATS_SUBSCRIBERS_FILE are for an external cluster",
    );
  }
  return problems;
}
