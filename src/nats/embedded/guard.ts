/**
 * Runs nats-server under a tiny shell that holds a pipe from the hub. When the pipe closes, whatever ended the hub, the
 * shell ends the server: even a SIGKILL of the hub leaves no orphan. Both live in a session of their own, so that Ctrl-C
 * in the terminal reaches only the hub, which stops the server after it has drained.
 */
import { type ChildProcess, spawn } from "node:child_process";

const SERVER_GRACE_S = 15;
const GUARD_GRACE_MS = 20_000;

const SCRIPT = `
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
(
  while read -r _ <&3; do :; done
  kill -TERM "$server" 2>/dev/null
  left=${SERVER_GRACE_S}
  while kill -0 "$server" 2>/dev/null; do
    if [ "$left" -eq 0 ]; then kill -KILL "$server" 2>/dev/null; break; fi
    left=$((left - 1))
    sleep 1
  done
) >/dev/null 2>&1 &
watcher=$!
trap 'kill -TERM "$server" 2>/dev/null' TERM INT HUP
wait "$server"
code=$?
# A trapped signal ends the wait early.
while kill -0 "$server" 2>/dev/null; do wait "$server"; code=$?; done
kill "$watcher" 2>/dev/null
exit "$code"
`;

export interface Guarded {
  readonly isRunning: () => boolean;
  /** How the server ended, in words. Never rejects. */
  readonly ended: Promise<string>;
}

/** Starts the server; aborting `signal` ends it (SIGTERM, then SIGKILL). `output` takes what it prints. */
export function spawnGuarded(command: readonly string[], output: number, signal: AbortSignal): Guarded {
  const child = spawn("/bin/sh", ["-c", SCRIPT, "nats-guard", ...command], {
    stdio: ["pipe", output, output],
    detached: true,
    cwd: "/",
  });
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    child.stdin?.end();
    timer ??= setTimeout(() => killGroup(child), GUARD_GRACE_MS);
  };
  // The pipe breaks when the guard dies first; its exit tells all that matters.
  child.stdin?.on("error", () => undefined);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const promise = new Promise<string>((resolve) => {
    const finish = (how: string) => {
      ended = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      child.stdin?.destroy();
      resolve(how);
    };
    child.once("error", (error) => finish(error.message));
    child.once("exit", (code, by) => finish(by === null ? `exit code ${code}` : `guard ended by ${by}`));
  });
  return { isRunning: () => !ended, ended: promise };
}

/** Guard and server share a process group of their own. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group has ended in the meantime.
  }
}
