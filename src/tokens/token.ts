/** API tokens: who may do what. The text of a token is shown once, when it is made; only its hash is kept. */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";

/** `read` may look at everything that the API shows; `admin` may change it too. */
export const scope = z.enum(["admin", "read"]);
export type Scope = z.infer<typeof scope>;

export const tokenName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "needs a to z, 0 to 9 and -, at most 63 characters, no - in front")
  .describe("The token's name in addresses and in the log: who or what uses it.");

export const tokenRecord = z.object({
  name: tokenName,
  scope,
  hash: z.string(),
  createdAt: z.string(),
  /** Without it the token counts until it is removed. */
  expiresAt: z.string().optional(),
});
export type Token = z.infer<typeof tokenRecord>;

/** Who asks: the token's name and what it may do. */
export interface Actor {
  readonly name: string;
  readonly scope: Scope;
}

/** Name of the token that is there from the first start: ADMIN_TOKEN, or the one in the data directory. */
export const BOOTSTRAP = "bootstrap";

const TOKEN_BYTES = 32;
const TOKEN_FORM = /^ent_[\w-]{43}$/;

/** A new text; the prefix lets people and secret scanners see what it is. */
export function makeTokenText(): string {
  return `ent_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
}

/** Whether a text has the form of those that the hub makes: too random to be guessed. */
export function looksMade(text: string): boolean {
  return TOKEN_FORM.test(text);
}

/** A plain hash is enough for what is random itself: there is nothing to try out that salt or slowness would protect. */
export function hashToken(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
