export type { Backends, ServiceChange, ServiceName } from "./backends.ts";
export { isOutage } from "./is-outage.ts";
export { type BackendsOptions, openBackends } from "./open-backends.ts";
