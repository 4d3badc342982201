import { createMemoryEntities } from "../../src/publish/entities-memory.ts";
import { entitiesSuite } from "./entities-suite.ts";

entitiesSuite("memory", async () => ({ entities: createMemoryEntities() }));
