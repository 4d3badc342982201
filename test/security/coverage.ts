/** What the proof of a request says anything about, wire by wire: what it does not cover, whoever has one request may change. */
import { authenticityOf } from "../../src/ingest/signature/verify.ts";
import type { SignatureScheme, SignedPart, Source } from "../../src/normalizers/scheme.ts";
import type { Wire } from "../../src/normalizers/wire.ts";
import type { WireRow } from "../helpers/wires.ts";

type Answer = "yes" | "no" | "-";

export interface Coverage {
  readonly proof: string;
  readonly body: Answer;
  readonly topic: Answer;
  readonly shop: Answer;
  readonly delivery: Answer;
  /** How far the moment of signing may be from now. */
  readonly moment: string;
}

export function coverageOf(wire: Wire): Coverage {
  const [scheme] = wire.schemes;
  if (scheme === undefined) throw new Error("a wire without a scheme");
  const { topic, store, dedupe } = wire.locate;
  return {
    proof: describe(scheme),
    body: toAnswer(isBodyCovered(scheme)),
    topic: toAnswer(isCovered(topic, scheme)),
    shop: store === undefined ? "-" : toAnswer(isCovered(store, scheme)),
    delivery: toAnswer(dedupe.every((source) => isCovered(source, scheme))),
    moment: momentOf(scheme),
  };
}

/** The table of `SECURITY.md`. */
export function coverageTable(rows: readonly WireRow[]): string {
  const head = ["wire", "proof", "body", "topic", "shop", "delivery's id", "moment"];
  const lines = rows.map(({ name, wire }) => {
    const { proof, body, topic, shop, delivery, moment } = coverageOf(wire);
    return [name, proof, body, topic, shop, delivery, moment];
  });
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function isBodyCovered(scheme: SignatureScheme): boolean {
  return authenticityOf(scheme) === "signature";
}

function isCovered(source: Source, scheme: SignatureScheme): boolean {
  if ("firstOf" in source) return source.firstOf.every((each) => isCovered(each, scheme));
  if ("constant" in source) return true;
  if ("json" in source || "form" in source || "digest" in source) return isBodyCovered(scheme);
  const parts = "signs" in scheme ? scheme.signs : [];
  if ("header" in source) return parts.some((part) => isHeader(part, source.header));
  if ("query" in source) return parts.includes("url") || parts.includes("path") || parts.includes("query");
  return parts.includes("url") || parts.includes("path");
}

function isHeader(part: SignedPart, name: string): boolean {
  return typeof part === "object" && "header" in part && part.header === name;
}

function momentOf(scheme: SignatureScheme): string {
  if (scheme.kind === "jwt") return "until the token ends";
  const time = "timestamp" in scheme ? scheme.timestamp : undefined;
  if (time === undefined) return "any";
  const minutes = time.toleranceSeconds / 60;
  return minutes > 120 ? `${minutes / 60} h` : `${minutes} min`;
}

function describe(scheme: SignatureScheme): string {
  switch (scheme.kind) {
    case "hmac":
    case "digest":
      return `${scheme.kind.toUpperCase()} ${scheme.hash}`;
    case "rsa":
    case "ecdsa":
      return `${scheme.kind.toUpperCase()} ${scheme.hash}, public key`;
    case "jws":
    case "jwt":
      return `${scheme.kind.toUpperCase()}, public key`;
    case "static":
      return "the secret itself";
    case "callback":
      return "the platform is asked";
    case "unsigned":
      return "the secret in the address";
  }
}

function toAnswer(is: boolean): Answer {
  return is ? "yes" : "no";
}
