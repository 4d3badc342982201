/** The one list of platforms; nothing else imports from `platforms/`. */
import type { Platform, TopicHandler } from "./platform.ts";
import type { Wire } from "./wire.ts";
import { bigcommerce } from "./platforms/bigcommerce/index.ts";
import { ecwid } from "./platforms/ecwid/index.ts";
import { magento } from "./platforms/magento/index.ts";
import { mercadoLibre } from "./platforms/mercado-libre/index.ts";
import { paddle } from "./platforms/paddle/index.ts";
import { prestashop } from "./platforms/prestashop/index.ts";
import { saleor } from "./platforms/saleor/index.ts";
import { shopify } from "./platforms/shopify/index.ts";
import { shopware } from "./platforms/shopware/index.ts";
import { square } from "./platforms/square/index.ts";
import { squarespace } from "./platforms/squarespace/index.ts";
import { stripe } from "./platforms/stripe/index.ts";
import { wix } from "./platforms/wix/index.ts";
import { woocommerce } from "./platforms/woocommerce/index.ts";

export const platforms: Readonly<Record<string, Platform>> = {
  bigcommerce,
  ecwid,
  magento,
  "mercado-libre": mercadoLibre,
  paddle,
  prestashop,
  saleor,
  shopify,
  shopware,
  square,
  squarespace,
  stripe,
  wix,
  woocommerce,
};

export function findPlatform(id: string): Platform | undefined {
  return Object.hasOwn(platforms, id) ? platforms[id] : undefined;
}

/** The wire of that name, or the platform's own; undefined for a variant that it does not have. */
export function wireOf(platform: Platform, variant: string | undefined): Wire | undefined {
  if (variant === undefined) return platform;
  const { variants = {} } = platform;
  return Object.hasOwn(variants, variant) ? variants[variant] : undefined;
}

/** The handler of exactly this topic, else of the longest prefix of it; undefined for a topic nobody thought of. */
export function findTopic(
  platform: Pick<Wire, "topics" | "topicPrefixes">,
  topic: string,
): TopicHandler | undefined {
  if (Object.hasOwn(platform.topics, topic)) return platform.topics[topic];
  let longest = "";
  const { topicPrefixes = {} } = platform;
  for (const prefix of Object.keys(topicPrefixes)) {
    if (prefix.length > longest.length && isPrefix(prefix, topic)) longest = prefix;
  }
  return longest === "" ? undefined : topicPrefixes[longest];
}

function isPrefix(prefix: string, topic: string): boolean {
  if (!prefix.includes("*")) return topic.startsWith(prefix);
  const [parts, given] = [prefix.split("/"), topic.split("/")];
  const last = parts.length - 1;
  return parts.every((part, at) => {
    if (part === "*") return given[at] !== undefined && given[at] !== "";
    return at === last ? given[at]?.startsWith(part) === true : part === given[at];
  });
}
