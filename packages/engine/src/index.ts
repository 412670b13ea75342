export { createEngine, type EngineOptions, type SchedulerContext } from "./create-engine.ts";
export type {
  AcceptResult,
  AlertPage,
  AlertQuery,
  AlertRecord,
  Engine,
  EngineEvent,
  EngineStatus,
  KeyOwner,
  KeyRing,
  KeyScope,
  Notification,
  OrganizationEngine,
} from "./engine.ts";
export { engineMigrations } from "./migrations.ts";
export type { Destination, OrganizationConfig, Route, RouteMatch } from "./routing/routing.ts";
