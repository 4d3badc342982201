/** The data directory: what the hub has to keep for itself, readable by its owner only. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "./config.ts";
import { keepPrivate } from "./private-files.ts";

export interface Keys {
  readonly adminToken: string;
  readonly secretKey: string;
  /** The token was made just now and nobody has seen it yet. */
  readonly isNewToken: boolean;
}

/** File of the generated admin token below the data directory; the CLI reads it on the same machine. */
export const ADMIN_TOKEN_FILE = "admin-token";
const SECRET_KEY_FILE = "secret-key";
/** What else is below it is inside of a directory that nobody else may enter. */
const DIRECTORIES = [".", "nats"];
const SECRET_FILES = [ADMIN_TOKEN_FILE, SECRET_KEY_FILE, "nats/keys.json", "nats/reader.creds"];

/**
 * Takes the keys from the configuration, else from the data directory, where they are made on the first start. `warn` is
 * told of a path that others could get at until now, or, for a directory that is not ours, still can.
 */
export function prepareKeys(
  dataDir: string,
  given: { readonly adminToken: string | undefined; readonly secretKey: string | undefined },
  warn: (path: string, privacy: "repaired" | "exposed") => void = () => undefined,
): Keys {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    closeToOthers(dataDir, warn);
    const token = given.adminToken
      ? { value: given.adminToken, isNew: false }
      : keep(join(dataDir, ADMIN_TOKEN_FILE));
    const secretKey = given.secretKey ?? keep(join(dataDir, SECRET_KEY_FILE)).value;
    return { adminToken: token.value, secretKey, isNewToken: token.isNew };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `DATA_DIR: ${dataDir} cannot be written (${reason}); name another directory or change its owner`,
    ]);
  }
}

/** A directory may be another's, such as a mounted one, as long as the files in it are not. */
function closeToOthers(dataDir: string, warn: (path: string, privacy: "repaired" | "exposed") => void): void {
  for (const name of [...DIRECTORIES, ...SECRET_FILES]) {
    const path = join(dataDir, name);
    const privacy = existsSync(path) ? keepPrivate(path) : "private";
    if (privacy === "exposed" && SECRET_FILES.includes(name)) {
      throw new ConfigError([
        `DATA_DIR: ${path} is not for this user alone, and that cannot be changed: run chmod 600 and chown on it, and replace what it holds if somebody may have read it`,
      ]);
    }
    if (privacy !== "private") warn(path, privacy);
  }
}

/** The file's content; written with a new random value when there is no such file. */
function keep(path: string): { value: string; isNew: boolean } {
  try {
    // `wx` fails when the file exists, so that two hubs that start at once agree on one value.
    const value = randomBytes(32).toString("hex");
    writeFileSync(path, `${value}\n`, { mode: 0o600, flag: "wx" });
    return { value, isNew: true };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    const value = readFileSync(path, "utf8").trim();
    if (value !== "") return { value, isNew: false };
    throw new ConfigError([`DATA_DIR: ${path} is empty: put its value back, or remove it to have one made`]);
  }
}
