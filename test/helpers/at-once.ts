/** What a promise gives before any timer or socket gets its turn; "later" when it has to wait for one. */
export async function atOnce<T>(promise: Promise<T>): Promise<T | "later"> {
  return Promise.race([promise, new Promise<"later">((resolve) => setImmediate(resolve, "later"))]);
}
