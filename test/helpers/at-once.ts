/** What a promise gives before any timer or socket gets its turn; "later" when it has to wait for one. */
export async function atOnce<T>(promise: Promise<T>): Promise<T | "later"> {
  return Promise.race([promise, new Promise<"later">((resolve) => setImmediate(resolve, "later"))]);
}

/**
 * What a promise gives before a timer that is set now; "later" when the timer is first. A machine that stalls holds up both,
 * so this asks for an order and not for a speed.
 */
export async function sooner<T>(ms: number, promise: Promise<T>): Promise<T | "later"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"later">((resolve) => {
    timer = setTimeout(resolve, ms, "later");
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
