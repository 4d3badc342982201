/** Waits for a condition by asking again and again until a deadline: what the tests do instead of sleeping. */

export interface Patience {
  /** 10 seconds without it. */
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/** Resolves with the first result of `attempt` that is no throw; after the deadline it rejects with the last throw. */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  { withinMs = 10_000, everyMs = 25 }: Patience = {},
): Promise<T> {
  const deadlineAt = Date.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() >= deadlineAt) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
