import { expect, it } from "vitest";
import { createSlots } from "../../../src/subscriptions/deliver/slots.ts";

/** Takes slots and notes the order in which they were given. */
function takeAll(count: number, names: readonly string[]) {
  const slots = createSlots(count);
  const taken: string[] = [];
  for (const name of names) void slots.take().then(() => taken.push(name));
  return { slots, taken };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it("gives as many slots as there are, and the others in the order of asking as slots get free", async () => {
  const { slots, taken } = takeAll(2, ["a", "b", "c", "d"]);
  await settle();
  expect(taken).toEqual(["a", "b"]);
  slots.free();
  await settle();
  expect(taken).toEqual(["a", "b", "c"]);
  slots.free();
  await settle();
  expect(taken).toEqual(["a", "b", "c", "d"]);
});

it("keeps a freed slot for who comes later, and does not give it twice", async () => {
  const { slots, taken } = takeAll(1, ["a"]);
  await settle();
  slots.free();
  for (const name of ["b", "c"]) void slots.take().then(() => taken.push(name));
  await settle();
  expect(taken).toEqual(["a", "b"]);
});
