/** The recorded requests of the platforms (`test/normalizers/platforms/<id>/*.http`), with what their wire makes of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readSource } from "../../src/ingest/source.ts";
import { viewRequest } from "../../src/ingest/request.ts";
import type { StoreOptions } from "../../src/normalizers/platform.ts";
import type { Wire } from "../../src/normalizers/wire.ts";
import { type HttpRequestFile, parseHttpFile } from "./http-file.ts";
import { platformOf, wireFor } from "./app.ts";

const FOLDER = join(import.meta.dirname, "../normalizers/platforms");

export interface Recorded {
  readonly name: string;
  readonly platform: string;
  readonly variant: string | undefined;
  readonly wire: Wire;
  readonly request: HttpRequestFile;
  readonly topic: string;
  /** As the wire decodes it. */
  readonly payload: unknown;
  readonly options: StoreOptions;
  /** What the platform's API answers, by the name of the read; where the webhook is thin. */
  readonly answers: Readonly<Record<string, unknown>> | undefined;
}

/** All recorded requests of a platform. */
export function recordedOf(platform: string): Recorded[] {
  const folder = join(FOLDER, platform);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".http"))
    .map((file) => {
      const name = file.slice(0, -".http".length);
      const variants = Object.keys(platformOf(platform).variants ?? {});
      const variant = variants.find((each) => name.startsWith(`${each}--`));
      const request = parseHttpFile(readFileSync(join(folder, file)));
      return {
        name,
        platform,
        variant,
        request,
        ...read(request, wireFor(platform, variant)),
        options: readOptions(join(folder, `${name}.options.json`)),
        answers: readAnswers(join(folder, `${name}.answers.json`)),
      };
    });
}

function read({ path, headers, body }: HttpRequestFile, wire: Wire) {
  const view = viewRequest({
    header: (name) => headers[name],
    body,
    query: path.split("?")[1] ?? "",
    topic: path.split("?")[0]?.split("/").slice(4).join("/"),
    format: wire.payload,
  });
  return { wire, topic: readSource(wire.locate.topic, view) ?? "", payload: view.payload() };
}

function readOptions(file: string): StoreOptions {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

function readAnswers(file: string): Recorded["answers"] {
  if (!existsSync(file)) return undefined;
  return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, "utf8")));
}
