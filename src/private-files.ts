/** What the hub keeps for itself is for its own user: files that hold a secret, and the directories around them. */
import { chmodSync, statSync } from "node:fs";

/** `repaired`: others could read or change it until now. `exposed`: they still can, and it is not ours to change that. */
export type Privacy = "private" | "repaired" | "exposed";

const OTHERS = 0o077;
const EVERYBODY = 0o007;
const ROOT = 0;

/** Takes away what others may do with a file or a directory. Throws when there is none. */
export function keepPrivate(path: string): Privacy {
  // Windows has no such modes.
  if (process.platform === "win32") return "private";
  const { mode, uid } = statSync(path);
  const own = process.geteuid?.();
  if (own !== ROOT && uid !== own && uid !== ROOT) return "exposed";
  if ((mode & OTHERS) === 0) return "private";
  try {
    chmodSync(path, mode & ~OTHERS & 0o7777);
    return "repaired";
  } catch {
    // Root's, or mounted to be read only. By its group an operator may give access; to everybody nobody should.
    return (mode & EVERYBODY) === 0 ? "private" : "exposed";
  }
}
