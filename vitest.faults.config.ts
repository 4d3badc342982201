import { defineConfig } from "vitest/config";

// The fault suite: real processes that are killed, so it is no part of `npm test`. See test/faults/README.md.
export default defineConfig({
  test: {
    include: ["test/faults/*.fault.ts"],
    globalSetup: ["test/helpers/nats-binary.ts", "test/faults/build.ts"],
    testTimeout: 500_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    maxConcurrency: 5,
  },
});
