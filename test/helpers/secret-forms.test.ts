import { describe, expect, it } from "vitest";
import { formsOf, leaksIn } from "./secret-forms.ts";

const SECRET = 'p+/%"secret';
const secrets = new Map([
  ["mine", SECRET],
  ["another", "not here"],
]);

describe("the search for secrets", () => {
  it.each([
    ["as it is", SECRET],
    ["in JSON", 'p+/%\\"secret'],
    ["in an address", "p%2B%2F%25%22secret"],
    ["in hexadecimal", "702b2f2522736563726574"],
    ["in capital hexadecimal", "702B2F2522736563726574"],
  ])("finds one %s, and says which", (_how, form) => {
    expect(formsOf(SECRET)).toContain(form);
    expect(leaksIn(`before ${form} after`, secrets)).toEqual([expect.stringMatching(/^mine \(.*before/)]);
  });

  it.each(["", "x", "xy", "xyz"])("finds one in base64 of either alphabet behind %j", (before) => {
    for (const alphabet of ["base64", "base64url"] as const) {
      const text = Buffer.from(`${before}${SECRET}???`).toString(alphabet);
      expect(leaksIn(text, secrets)).toHaveLength(1);
    }
  });

  it("finds none where there is none", () => {
    expect(leaksIn(`${SECRET.slice(1)} ${SECRET.slice(0, -1)}`, secrets)).toEqual([]);
  });
});
