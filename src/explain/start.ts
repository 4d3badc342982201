/** Puts together what an explanation reads from. */
import { createDeadReader } from "../dead-letters/reader.ts";
import type { Broker } from "../nats/connect.ts";
import type { Names } from "../nats/names.ts";
import { createOutcomeReader } from "../publish/outcomes.ts";
import { createFindEvents } from "./entity-events.ts";
import type { ExplainPorts } from "./explain.ts";

export type ExplainDeps = Omit<ExplainPorts, "findEvents" | "outcomes" | "deadReader" | "stream"> & {
  readonly broker: Pick<Broker, "js" | "jsm">;
  readonly names: Names;
};

export function createExplainPorts({ broker, names, ...ports }: ExplainDeps): ExplainPorts {
  return {
    ...ports,
    findEvents: createFindEvents(broker, names),
    outcomes: createOutcomeReader(broker, names),
    deadReader: createDeadReader(broker, names),
    stream: names.streams.commerce,
  };
}
