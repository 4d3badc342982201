/** `/docs`: a page to read and try the admin API, made of what the hub itself serves: it works without any other network. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Hono } from "hono";
import { etag } from "hono/etag";
import { documentOf } from "./document.ts";
import type { Env } from "./env.ts";
import { once } from "./once.ts";

/** The page runs its own scripts only, speaks to the hub only and stands in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const CACHE_SECONDS = 3600;

// Relative addresses, so that the page also works below a path of a proxy.
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Entrepot admin API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<noscript>This page needs JavaScript. The same is described in <a href="openapi.json">openapi.json</a>.</noscript>
<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

// A validator on the internet would be asked otherwise. The token lives as long as the page and is stored nowhere.
const START = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

const ASSETS = [
  { name: "swagger-ui-bundle.js", type: "text/javascript; charset=utf-8" },
  { name: "swagger-ui.css", type: "text/css; charset=utf-8" },
];

/** Open to everyone, as `/openapi.json` is: what the page asks for needs the token that a person enters there. */
export function createDocsRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  const dir = assetsDir();
  for (const path of ["/docs", "/docs/*"]) {
    routes.use(path, etag(), async function addHeaders(c, next) {
      // Set later, they would make a copy of the body.
      c.header("Content-Security-Policy", POLICY);
      c.header("X-Content-Type-Options", "nosniff");
      c.header("Referrer-Policy", "no-referrer");
      await next();
    });
  }
  routes.get("/docs", (c) => c.html(PAGE, 200, { "Cache-Control": "no-cache" }));
  routes.get("/docs/start.js", (c) => c.body(START, 200, headersOf("text/javascript; charset=utf-8")));
  for (const { name, type } of ASSETS) {
    const asset = once(() => documentOf(readFileSync(join(dir, name))));
    routes.get(`/docs/${name}`, (c) => c.body(asset().body, 200, { ...headersOf(type), ETag: asset().etag }));
  }
  return routes;
}

function headersOf(type: string) {
  return { "Content-Type": type, "Cache-Control": `public, max-age=${CACHE_SECONDS}` };
}

/** The build puts the assets beside this file; run from source, they are in the development dependency. */
function assetsDir(): string {
  const built = join(import.meta.dirname, "swagger-ui");
  if (existsSync(built)) return built;
  return dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
}
