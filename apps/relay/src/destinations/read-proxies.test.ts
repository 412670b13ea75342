import { expect, test } from "vitest";
import { readProxies } from "./read-proxies.ts";

const LOOPBACK = "localhost,.localhost,127.0.0.1,[::1]";

test.each([
  ["none", {}, { httpProxy: "", httpsProxy: "", noProxy: LOOPBACK }],
  [
    "large letters",
    { HTTP_PROXY: "http://a:1", HTTPS_PROXY: "http://b:2", NO_PROXY: " example.org, .test" },
    { httpProxy: "http://a:1", httpsProxy: "http://b:2", noProxy: `example.org, .test,${LOOPBACK}` },
  ],
  [
    "small letters first",
    { HTTPS_PROXY: "http://a:1", https_proxy: "http://b:2", no_proxy: "*" },
    { httpProxy: "", httpsProxy: "http://b:2", noProxy: "*" },
  ],
])("reads the proxies of an environment with %s", (_name, env, proxies) => {
  expect(readProxies(env)).toEqual(proxies);
});
