/** What of a request signatures and sources may look at. Nothing is decoded until it is asked for. */
import { type Decoded, decodeSpelled } from "../normalizers/decode.ts";
import { decodePayload, readForm } from "../normalizers/decode-payload.ts";
import type { PayloadFormat } from "../normalizers/wire.ts";
import { once } from "../once.ts";

export interface RequestView {
  /** The value of a header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
  /** The query as received, without the question mark. */
  readonly query: string;
  /** The address that the platform was told, with its query. */
  readonly url: string;
  /** What follows the store's name in the address, without the token. */
  readonly topic: string | undefined;
  /** The secret in the address of a platform that signs nothing. */
  readonly token: string | undefined;
  /** Undefined when the body is not of the wire's format. */
  readonly payload: () => unknown;
  /** The payload with numbers as the body spells them. */
  readonly spelled: () => unknown;
  readonly form: () => Readonly<Record<string, string>> | undefined;
}

export interface RequestParts
  extends Pick<RequestView, "header" | "body">,
    Partial<Pick<RequestView, "query" | "url" | "topic" | "token">> {
  readonly format?: PayloadFormat | undefined;
}

/** A view of a request; what is decoded is decoded once. */
export function viewRequest(parts: RequestParts): RequestView {
  const { header, body, query = "", url = "", topic, token, format } = parts;
  return {
    header,
    body,
    query,
    url,
    topic,
    token,
    payload: once(() => decoded(decodePayload(format, body))),
    spelled: once(() =>
      decoded(
        format === undefined || format.kind === "json" ? decodeSpelled(body) : decodePayload(format, body),
      ),
    ),
    form: once(() => readForm(body)),
  };
}

function decoded(result: Decoded): unknown {
  return result.ok ? result.value : undefined;
}
