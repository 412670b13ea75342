import type { Engine } from "@tocsin/engine";

export interface RelayPluginOptions {
  /** What the routes work on. Whoever made it starts, stops and closes it. */
  readonly engine: Engine;
}
