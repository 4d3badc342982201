/** Global setup of the integration tests: finds nats-server, or fetches it into the real cache on the first run. */
import type { TestProject } from "vitest/node";
import { findServerBinary } from "../../src/nats/embedded/binary.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Path of a nats-server 2.10 or newer. */
    natsServerBin: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const { path } = await findServerBinary({
    env: process.env,
    report: (text) => process.stderr.write(`${text}\n`),
  });
  project.provide("natsServerBin", path);
}
