/** Files of the data directory. */
import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { EmbeddedError, systemCode } from "./error.ts";

/** Everything that the embedded server keeps, below `<dataDir>/nats`. All paths are absolute when `dataDir` is. */
export interface Layout {
  readonly dir: string;
  readonly lock: string;
  readonly keys: string;
  readonly readerCreds: string;
  readonly config: string;
  readonly log: string;
  /** What the server prints before its log is open. */
  readonly output: string;
  readonly pid: string;
  readonly portsDir: string;
  readonly port: string;
  readonly store: string;
  readonly jwtDir: string;
}

export function layout(dataDir: string): Layout {
  const dir = join(dataDir, "nats");
  return {
    dir,
    lock: join(dir, "lock.json"),
    keys: join(dir, "keys.json"),
    readerCreds: join(dir, "reader.creds"),
    config: join(dir, "server.conf"),
    log: join(dir, "server.log"),
    output: join(dir, "server.out"),
    pid: join(dir, "server.pid"),
    portsDir: join(dir, "ports"),
    port: join(dir, "port"),
    store: join(dir, "store"),
    jwtDir: join(dir, "jwt"),
  };
}

const UNWRITABLE = ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOSPC", "EDQUOT", "ENOENT", "ELOOP"];

/** Makes the directories and proves that files can be written there. EmbeddedError `data_dir_unwritable` otherwise. */
export async function prepare(dataDir: string, files: Layout): Promise<void> {
  const trial = join(files.dir, `.${randomUUID()}.tmp`);
  try {
    await mkdir(files.dir, { recursive: true, mode: 0o700 });
    for (const dir of [files.portsDir, files.store, files.jwtDir]) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
    }
    await writeAtomic(trial, "");
    await rm(trial);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined || !UNWRITABLE.includes(code)) throw error;
    throw new EmbeddedError(
      "data_dir_unwritable",
      `The data directory ${dataDir} cannot be written (${code}): make it writable for this user, or set DATA_DIR to another one.`,
      { cause: error },
    );
  }
}

/** Replaces a file so that a crash leaves the old or the new text, never a part. Readable by its owner only. */
export async function writeAtomic(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
