import { defineConfig } from "vitest/config";

// Two projects: `unit` needs neither network nor nats-server; `integration` starts a real nats-server per file.
//
// Files of a worker share its process and the modules that it has loaded (`isolate: false`): loading the registry of all
// platforms once per file took longer than most files. So a test leaves no trace: what it stubs, fakes or sets in
// `process.env` it takes back in `afterEach`, and it mocks no module.
export default defineConfig({
  test: {
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.integration.test.ts"],
          maxWorkers: "100%",
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/**/*.integration.test.ts"],
          globalSetup: ["test/helpers/nats-binary.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          isolate: true,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
