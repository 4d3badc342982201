import { defineConfig } from "vitest/config";

// Three projects: `unit` needs neither network nor nats-server; `integration` (*.integration.test.ts) starts a real
// nats-server per file; `program` (*.program.test.ts) runs the package, which is built once before.
//
// The files of a worker share its process and the modules that it has loaded (`isolate: false`): loading the registry of
// all platforms once per file took longer than most files do. So a test leaves no trace: what it opens, stubs, fakes or
// sets in `process.env` it takes back in `afterEach` or `afterAll`, and it mocks no module. What goes through every
// platform or many random cases is a unit test: those use all cores, the others wait a lot and run two at a time.
const shared = { isolate: false };
const ofServers = {
  ...shared,
  testTimeout: 30_000,
  hookTimeout: 60_000,
  maxWorkers: 2,
  sequence: { groupOrder: 1 },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.integration.test.ts", "test/**/*.program.test.ts"],
          setupFiles: ["test/helpers/property-seed.ts"],
          maxWorkers: "100%",
          ...shared,
        },
      },
      {
        test: {
          name: "integration",
          include: ["test/**/*.integration.test.ts"],
          globalSetup: ["test/helpers/nats-binary.ts"],
          ...ofServers,
        },
      },
      {
        test: {
          name: "program",
          include: ["test/**/*.program.test.ts"],
          globalSetup: ["test/helpers/nats-binary.ts", "test/helpers/package-build.ts"],
          ...ofServers,
        },
      },
    ],
  },
});
