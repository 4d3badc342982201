/** The bench's own helper processes: a question goes over, an answer comes back, one at a time. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Workspace } from "./workspace.ts";

export interface Child {
  readonly pid: number;
  /** Rejects with the child's own error, or when it ends before it has answered. */
  readonly ask: <T>(command: string, input: object, answer: z.ZodType<T>) => Promise<T>;
  readonly stop: () => Promise<void>;
}

const reply = z.union([z.object({ ok: z.unknown() }), z.object({ failed: z.string() })]);
const question = z.object({ command: z.string(), input: z.unknown() });

/** Starts a file, given by its URL, as a process of its own. */
export function startChild(url: string, workspace: Workspace): Child {
  const file = fileURLToPath(url);
  const child = fork(file, {
    execArgv: ["--import", import.meta.resolve("tsx")],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  workspace.own(child);
  const end = ended(child, file);
  // Nobody may be waiting when it ends.
  end.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ask: async (command, input, answer) => {
      const answering = new AbortController();
      const answered = once(child, "message", { signal: answering.signal }).then(([message]) => message);
      child.send({ command, input });
      const parsed = reply.parse(await Promise.race([answered, end]).finally(() => answering.abort()));
      if ("failed" in parsed) throw new Error(`${file} could not ${command}: ${parsed.failed}`);
      return answer.parse(parsed.ok);
    },
    stop: () => workspace.end(child, "SIGKILL"),
  };
}

async function ended(child: ChildProcess, file: string): Promise<never> {
  const [code, signal] = await once(child, "exit");
  throw new Error(`${file} ended with ${code ?? signal}`);
}

type Answers = Readonly<Record<string, (input: unknown) => unknown>>;

/** The child's side. Ends with its parent. */
export function answerParent(answers: Answers): void {
  process.on("disconnect", () => process.exit());
  process.on("message", (message) => {
    const { command, input } = question.parse(message);
    void answerOne(answers, command, input).then((answer) => process.send?.(answer));
  });
}

async function answerOne(answers: Answers, command: string, input: unknown): Promise<z.input<typeof reply>> {
  try {
    return { ok: await answers[command]?.(input) };
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
