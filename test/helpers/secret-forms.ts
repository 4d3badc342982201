/** Looks for secrets in whatever was printed, served or stored, in the spellings in which one could stand there. */

/** The text as it is, in hexadecimal, in base64 at any offset, and encoded for addresses and JSON. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // The first and the last letters also hold bits of what stands beside the secret.
    const core = text.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3));
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const hex = bytes.toString("hex");
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    ...new Set([
      secret,
      json,
      encodeURIComponent(secret),
      encodeURI(secret),
      hex,
      hex.toUpperCase(),
      ...base64,
    ]),
  ];
}

/** Names of the secrets that stand in the text; each with the beginning of the form that was found. */
export function leaksIn(text: string, secrets: ReadonlyMap<string, string>): string[] {
  return [...secrets].flatMap(([name, secret]) => {
    const form = formsOf(secret).find((each) => text.includes(each));
    return form === undefined ? [] : [`${name} (${form.slice(0, 12)}...) in ${around(text, form)}`];
  });
}

function around(text: string, form: string): string {
  const at = text.indexOf(form);
  return JSON.stringify(text.slice(Math.max(0, at - 80), at + 20));
}
