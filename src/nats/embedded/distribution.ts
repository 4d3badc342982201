/**
 * The distribution's own package of a newer suite, unpacked without root: apt with a private state directory. Its
 * repository address and proxies come from the machine's apt configuration; apt checks the archive's signature, so no
 * checksum is pinned here.
 */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BinarySource } from "./binary.ts";
import type { Environment, Report } from "./environment.ts";
import { reason } from "./error.ts";
import { probe } from "./probe.ts";
import { run } from "./run.ts";
import { isNewEnough, VERSION_MIN } from "../version.ts";

const QUESTION_TIMEOUT_MS = 20_000;
const APT_TIMEOUT_MS = 120_000;

interface Distribution {
  /** `ID` in /etc/os-release, or part of its `ID_LIKE`. */
  readonly id: string;
  readonly component: string;
  readonly keyring: string;
  /** Newest first. */
  readonly suites: readonly string[];
}

const DISTRIBUTIONS: readonly Distribution[] = [
  {
    id: "ubuntu",
    component: "universe",
    keyring: "/usr/share/keyrings/ubuntu-archive-keyring.gpg",
    suites: ["devel"],
  },
  {
    id: "debian",
    component: "main",
    keyring: "/usr/share/keyrings/debian-archive-keyring.gpg",
    suites: ["sid", "testing", "stable"],
  },
];

export const distributionPackage: BinarySource = {
  name: "distribution package",
  fetch: async (dir, { env, report }) => {
    const release = await readFile("/etc/os-release", "utf8").catch(() => "");
    const ids = [...values(release, "ID"), ...values(release, "ID_LIKE")];
    const distribution = DISTRIBUTIONS.find(({ id }) => ids.includes(id));
    if (distribution === undefined) throw new Error("only on Debian, Ubuntu and the like");
    const failures: string[] = [];
    for (const uri of await archives(dir, env, release)) {
      for (const suite of distribution.suites) {
        try {
          return await unpack({ dir: join(dir, suite), env, report, uri, suite, distribution });
        } catch (error) {
          failures.push(`${suite}: ${reason(error)}`);
        }
      }
    }
    throw new Error(failures.join("; ") || "apt is configured with no archive");
  },
};

/**
 * Addresses of the archives that apt is configured with, those of the running release where it is named.
 * Asked without network, and also where the package lists were never fetched or have been removed.
 */
async function archives(dir: string, env: Environment, release: string): Promise<string[]> {
  const lists = join(dir, "no-lists");
  await mkdir(lists);
  const command = ["--print-uris", "update", "-o", `Dir::State::Lists=${lists}`];
  const output = await run("apt-get", command, { env, timeoutMs: QUESTION_TIMEOUT_MS });
  const found = [...output.matchAll(/^'(\S+)\/dists\/([^/\s']+)\/InRelease'/gm)];
  const codenames = [...values(release, "VERSION_CODENAME"), ...values(release, "UBUNTU_CODENAME")];
  const own = found.filter(([, , suite]) => suite !== undefined && codenames.includes(suite));
  const uris = (own.length > 0 ? own : found).flatMap(([, uri]) => (uri === undefined ? [] : [uri]));
  return [...new Set(uris)];
}

/** The words of one setting in the text of an os-release file. */
function values(release: string, key: string): string[] {
  const value = new RegExp(`^${key}=(.*)$`, "m").exec(release)?.[1] ?? "";
  return value
    .replaceAll(/["']/g, "")
    .split(/\s+/)
    .filter((word) => word !== "");
}

interface Unpack {
  readonly dir: string;
  readonly env: Environment;
  readonly report: Report;
  readonly uri: string;
  readonly suite: string;
  readonly distribution: Distribution;
}

async function unpack(job: Unpack): Promise<string> {
  const { dir, suite, distribution } = job;
  job.report(`fetching nats-server from ${distribution.id} ${suite} ...`);
  const env = { ...job.env, APT_CONFIG: await configure(job), LC_ALL: "C" };
  const options = { env, cwd: dir, timeoutMs: APT_TIMEOUT_MS };
  await run("apt-get", ["-q", "update"], options);
  await run("apt-get", ["-q", "download", "nats-server"], options);
  const archive = (await readdir(dir)).find((name) => name.endsWith(".deb"));
  if (archive === undefined) throw new Error("apt-get download left no package");
  await run("dpkg-deb", ["-x", archive, "root"], options);
  const file = join(dir, "root", "usr", "sbin", "nats-server");
  const { version } = await probe(file);
  if (!isNewEnough(version)) throw new Error(`version ${version} is older than ${VERSION_MIN}`);
  return file;
}

/** Writes the private apt configuration and returns its path. */
async function configure({ dir, env, uri, suite, distribution }: Unpack): Promise<string> {
  await mkdir(join(dir, "lists", "partial"), { recursive: true });
  await mkdir(join(dir, "cache", "archives", "partial"), { recursive: true });
  await writeFile(join(dir, "status"), "");
  const { keyring, component } = distribution;
  const hasKeyring = await stat(keyring).then(
    () => true,
    () => false,
  );
  // Without the keyring file apt falls back to the keys that it trusts anyway; it never takes an unsigned archive.
  const signedBy = hasKeyring ? `[signed-by=${keyring}] ` : "";
  await writeFile(join(dir, "sources.list"), `deb ${signedBy}${uri} ${suite} ${component}\n`);
  const own = {
    "Dir::State::Lists": join(dir, "lists"),
    "Dir::State::status": join(dir, "status"),
    "Dir::Cache": join(dir, "cache"),
    "Dir::Etc::SourceList": join(dir, "sources.list"),
    "Dir::Etc::SourceParts": "-",
    // The machine's other settings hold hooks for root, and index files that nobody needs here.
    "Dir::Etc::Main": "/dev/null",
    "Dir::Etc::Parts": "/dev/null",
    "APT::Sandbox::User": "",
    "APT::Update::Error-Mode": "any",
    "Acquire::Languages": "none",
    "Acquire::Retries": "1",
    "Acquire::http::Timeout": "10",
    "Acquire::https::Timeout": "10",
  };
  const lines = Object.entries(own).map(([key, value]) => `${key} "${value}";`);
  const path = join(dir, "apt.conf");
  await writeFile(path, [...(await connectionSettings(env)), ...lines, ""].join("\n"));
  return path;
}

/**
 * How this machine reaches its archives: proxies, certificates, and its owner's rule for archives past their valid-until
 * date (a mirror that lags). Settings that would let an unsigned archive pass are deliberately not among them.
 */
async function connectionSettings(env: Environment): Promise<string[]> {
  const dump = await run("apt-config", ["dump"], { env, timeoutMs: QUESTION_TIMEOUT_MS });
  return dump
    .split("\n")
    .filter((line) => /^Acquire::((https?|tor|socks5h)::|Check-Valid-Until )/.test(line));
}
