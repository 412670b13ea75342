import { misuse } from "./errors.ts";

/**
 * Which proxy leads to whom, in the words of the environment. The values, not the environment itself: an application reads
 * that, so that a test or a second pool can have others. An empty text counts as absent.
 */
export interface ProxyOptions {
  /** The value of `HTTP_PROXY`: for addresses that begin with `http:`, and for `https:` where `httpsProxy` is absent. A secret. */
  readonly httpProxy?: string;
  /** The value of `HTTPS_PROXY`: for addresses that begin with `https:`. A secret. */
  readonly httpsProxy?: string;
  /** The value of `NO_PROXY`: hosts that are reached directly (`name`, `.name`, `*.name`, each with or without `:port`, or `*`). */
  readonly noProxy?: string;
}

/** {@link ProxyOptions} as undici takes them: all three are texts, since it would ask the environment for what is absent. */
export type ProxyAddresses = Required<ProxyOptions>;

/** Checks the addresses of the proxies. Throws `TRANSPORT_OPTION_INVALID`, which repeats nothing of them. */
export function toProxyAddresses({ httpProxy = "", httpsProxy = "", noProxy = "" }: ProxyOptions): ProxyAddresses {
  return { httpProxy: address("httpProxy", httpProxy), httpsProxy: address("httpsProxy", httpsProxy), noProxy };
}

function address(name: string, text: string): string {
  if (text === "") return "";
  // The environment of many machines has `proxy.example.org:3128`.
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  const isUsable =
    url !== null && /^https?:$/.test(url.protocol) && isDecodable(url.username) && isDecodable(url.password);
  if (!isUsable) throw misuse("TRANSPORT_OPTION_INVALID", `proxy: ${name} must be an http or https address`);
  return url.href;
}

function isDecodable(text: string): boolean {
  return /^(?:[^%]|%[\da-f]{2})*$/i.test(text);
}
