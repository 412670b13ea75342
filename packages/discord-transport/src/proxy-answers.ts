import type { Dispatcher } from "undici";

/**
 * Makes of a proxy's refusal what it is. undici hides it in two ways, seen in 8.12:
 *
 * - A tunnel that the proxy refuses ends as an aborted request. Nothing went out; the code says so and names the status.
 * - A 407 to a forwarded request (plain `http:`) ends as an error although an answer came: it becomes that answer.
 */
export function withProxyAnswers(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onRequestUpgrade: (controller, status, headers, socket) =>
      handler.onRequestUpgrade?.(controller, status, headers, socket),
    onResponseStart: (controller, status, headers, text) =>
      handler.onResponseStart?.(controller, status, headers, text),
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError(controller, error) {
      if (LOGIN_WANTED.test(error.message))
        handler.onResponseStart?.(controller, 407, {}, "Proxy Authentication Required");
      else handler.onResponseError?.(controller, nameRefusal(error));
    },
  };
}

const LOGIN_WANTED = /^Proxy Authentication Required \(407\)$/;
const TUNNEL_REFUSED = /^Proxy response \((\d{3})\) !== 200 when HTTP Tunneling$/;

function nameRefusal(error: Error): Error {
  const status = TUNNEL_REFUSED.exec(error.message)?.[1];
  return status === undefined
    ? error
    : Object.assign(new Error("the proxy refused the tunnel"), { code: `PROXY_STATUS_${status}` });
}
