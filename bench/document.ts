/** Writes docs/performance.md. Nobody else does: every figure in it comes from a run of the bench. */
import { SECTION_NAMES, SECTIONS, type SectionName } from "./section-names.ts";

export interface Measured {
  readonly name: SectionName;
  /** Tables, as they were printed. */
  readonly text: string;
}

const HEAD = `# Performance

Written by \`npm run bench -- --write\`; changes by hand are lost. Every section says when and on what it was measured: figures
of different machines cannot be compared, ratios of one run can. Each figure belongs to a durability class: \`relaxed\` syncs
every 100 ms, \`strict\` syncs every write before it is acknowledged. Every run also counts: each accepted webhook became exactly
one event, and each event arrived exactly once, or the bench fails and writes nothing.
`;

const TAIL = `## To run it again

\`\`\`sh
npm run bench                        # flow and delivery, some minutes
npm run bench -- --scale             # one section or several: ${SECTION_NAMES.map((name) => `--${name}`).join(" ")}
npm run bench -- --all --write       # all of it, and this file anew
npm run bench -- --profile           # a CPU profile of the hub under full load
\`\`\`

Only what was run is written anew; other sections stay as they were.

## What is not measured

- Networks: everything runs on one machine, over loopback, and generator, subscriber and nats-server share its cores with the hub.
- Clusters on several machines: what they can do depends on their disks and networks.
- TLS, which is the work of a proxy in front of the hub.
- Webhooks of other platforms than Shopify, and thin ones, which wait for the platform's API.
- Power cuts. What each class promises then is in the README.
`;

/** The file with what was measured now; `before` is what it held, if it was there. */
export function writeDocument(
  before: string,
  measured: readonly Measured[],
  machine: string,
  at: Date,
): string {
  const bodies = readBodies(before);
  for (const { name, text } of measured) bodies.set(name, bodyOf(name, text, machine, at));
  return renderDocument(bodies);
}

/** The same file again, when nobody has changed its frame by hand. */
export function renderDocument(bodies: ReadonlyMap<SectionName, string>): string {
  const sections = SECTION_NAMES.flatMap((name) => {
    const body = bodies.get(name);
    return body === undefined ? [] : [`## ${SECTIONS[name].title}\n\n${body}\n`];
  });
  return [HEAD, ...sections, TAIL].join("\n");
}

/** What stands under the title of each section that the file has. */
export function readBodies(text: string): Map<SectionName, string> {
  const parts = text.split(/^## /m).slice(1);
  const bodies = new Map<SectionName, string>();
  for (const name of SECTION_NAMES) {
    const { title } = SECTIONS[name];
    const part = parts.find((candidate) => candidate.startsWith(`${title}\n`));
    if (part !== undefined) bodies.set(name, part.slice(title.length).trim());
  }
  return bodies;
}

function bodyOf(name: SectionName, text: string, machine: string, at: Date): string {
  const measured = `Measured on ${at.toISOString().slice(0, 10)}: ${machine}.`;
  return [SECTIONS[name].about, "", measured, "", "```text", text, "```"].join("\n");
}
