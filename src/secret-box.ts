/** Encrypts secrets at rest: AES-256-GCM with the hub's key, bound to their owner, so that no value can be moved. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";

export interface SecretBox {
  /** `owner` is the store or whatever else the secret belongs to; `open` needs the same. */
  readonly seal: (secret: string, owner: string) => string;
  /** Throws when the key is another one, the owner is another one, or the value was altered. */
  readonly open: (sealed: string, owner: string) => string;
}

const VERSION = "v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Secrets of busy stores stay open: every request needs one. */
const OPENED_MAX = 10_000;

/** A box for a key of 32 bytes in hexadecimal. */
export function createSecretBox(keyHex: string): SecretBox {
  const key = Buffer.from(keyHex, "hex");
  if (key.length !== 32) throw new Error("the secret key needs 32 bytes in hexadecimal");
  const opened = new LRUCache<string, string>({ max: OPENED_MAX });
  const open = (sealed: string, owner: string): string => {
    const [version, encoded = ""] = sealed.split(".");
    const bytes = Buffer.from(encoded, "base64url");
    if (version !== VERSION || bytes.length < IV_BYTES + TAG_BYTES) throw new Error("not a sealed secret");
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(owner))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  };
  return {
    seal: (secret, owner) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(owner));
      const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url")}`;
    },
    open: (sealed, owner) => {
      const name = `${owner}.${sealed}`;
      const known = opened.get(name);
      if (known !== undefined) return known;
      const secret = open(sealed, owner);
      opened.set(name, secret);
      return secret;
    },
  };
}
