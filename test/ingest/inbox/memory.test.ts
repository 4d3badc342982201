import { describe } from "vitest";
import { createMemoryInbox } from "../../../src/ingest/inbox/memory.ts";
import { inboxSuite } from "./inbox-suite.ts";

describe("in memory", () => {
  inboxSuite(async () => {
    const inbox = createMemoryInbox();
    return { inbox, stored: async () => inbox.stored() };
  });
});
