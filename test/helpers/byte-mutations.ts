/** Bytes that came out other than they went in, as a careless line or a careful attacker makes them. */
import fc from "fast-check";

export type Mutation = (bytes: Uint8Array) => Buffer;

const byte = fc.oneof(
  fc.nat(255),
  fc.constantFrom(0, 9, 10, 13, 32, 34, 37, 43, 44, 47, 58, 61, 123, 127, 255),
);
const length = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 400 }));

const one: fc.Arbitrary<Mutation> = fc.oneof(
  place("flip bit", fc.nat(7), (bytes, at, bit) => replace(bytes, at, 1, [(bytes[at] ?? 0) ^ (1 << bit)])),
  place("set", byte, (bytes, at, value) => replace(bytes, at, 1, [value])),
  place("insert", byte, (bytes, at, value) => replace(bytes, at, 0, [value])),
  place("delete", length, (bytes, at, count) => replace(bytes, at, count, [])),
  place("repeat", length, (bytes, at, count) => replace(bytes, at, 0, bytes.subarray(at, at + count))),
  place("cut", fc.constant(0), (bytes, at) => Buffer.from(bytes.subarray(0, at))),
  place("move", fc.nat(), (bytes, at, other) => {
    const [low = 0, high = 0] = [at, other % Math.max(1, bytes.length)].sort((a, b) => a - b);
    return Buffer.concat([bytes.subarray(0, low), bytes.subarray(high), bytes.subarray(low, high)]);
  }),
);

/** One change; it may leave the bytes as they are. */
export const mutation: fc.Arbitrary<Mutation> = one;

/** One to `max` changes. */
export function mutations(max: number): fc.Arbitrary<Mutation> {
  return fc
    .array(one, { minLength: 1, maxLength: max })
    .map((all) => (bytes) => all.reduce<Buffer>((changed, each) => each(changed), Buffer.from(bytes)));
}

/** A text whose characters are bytes, as those of a header are, with one change. */
export function mutateText(text: string, mutate: Mutation): string {
  return mutate(Buffer.from(text, "latin1")).toString("latin1");
}

function place(
  name: string,
  value: fc.Arbitrary<number>,
  change: (bytes: Uint8Array, at: number, value: number) => Buffer,
): fc.Arbitrary<Mutation> {
  return fc.tuple(fc.nat(), value).map(([at, given]) => {
    const mutate: Mutation = (bytes) => change(bytes, at % Math.max(1, bytes.length), given);
    // A failure shows it so.
    return Object.assign(mutate, { [fc.toStringMethod]: () => `${name} ${given} at ${at}` });
  });
}

function replace(bytes: Uint8Array, at: number, count: number, by: Uint8Array | readonly number[]): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Uint8Array.from(by), bytes.subarray(at + count)]);
}
