import type { SampleOptions } from "../../wire.ts";
import { toHexId } from "./sample-id.ts";

/** A buyer as a business event carries them: without addresses. */
export function sampleCustomer({ id, at }: SampleOptions): unknown {
  return {
    id: toHexId(id),
    customerNumber: "10025",
    email: "zoe@example.com",
    firstName: "Zoë",
    lastName: "Müller",
    company: null,
    guest: false,
    active: true,
    groupId: "cfbd5018d38d41d8adca10d94fc8bdd6",
    languageId: "2fbb5fe2e29a4d70aa5854ce7ce3e20b",
    createdAt: at,
    updatedAt: null,
  };
}
