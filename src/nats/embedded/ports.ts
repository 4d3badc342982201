/** Which port the server listens on. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { EmbeddedError, systemCode } from "./error.ts";
import { type Layout, writeAtomic } from "./files.ts";

/** Lets the server choose a free port. */
export const ANY_PORT = -1;

/**
 * The ports to try, in order. One that was asked for is the only one; a default that is taken gives way to the port this
 * data directory had before, and then to any free one.
 */
export async function portsToTry(wanted: number, isDefault: boolean, files: Layout): Promise<number[]> {
  const first = wanted <= 0 ? ANY_PORT : wanted;
  if (!isDefault || first === ANY_PORT) return [first];
  const kept = Number(await readFile(files.port, "utf8").catch(() => ""));
  const isPort = Number.isInteger(kept) && kept > 0 && kept < 65_536 && kept !== first;
  return [first, ...(isPort ? [kept] : []), ANY_PORT];
}

/** Remembers a port that stood in for the default, so that the next start has the same address. */
export async function keepPort(port: number, files: Layout): Promise<void> {
  await writeAtomic(files.port, `${port}\n`);
}

/** Rejects with EmbeddedError `port_taken` when nothing can listen there. */
export async function requireFree(host: string, port: number): Promise<void> {
  if (port === ANY_PORT) return;
  const code = await listenFailure(host, port);
  if (code === undefined) return;
  if (code === "EADDRINUSE") throw portTaken(host, port);
  const text = `nats-server cannot listen on ${host} port ${port} (${code}): choose another address or port.`;
  throw new EmbeddedError(code === "EACCES" ? "port_taken" : "server_failed", text);
}

export function portTaken(host: string, port: number): EmbeddedError {
  const text = `Port ${port} on ${host} is taken by another program: stop it, choose another port, or set NATS_URL if it is a NATS server to use.`;
  return new EmbeddedError("port_taken", text);
}

function listenFailure(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(systemCode(error) ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
