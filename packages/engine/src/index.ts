export { createEngine, type EngineOptions, type SchedulerContext } from "./create-engine.ts";
export type { ConditionsOf } from "./dispatch/conditions-now.ts";
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
export type { Condition } from "./plan/condition.ts";
export type { DeliveryOptions, ForumTagIds, Mentions } from "./routing/delivery-options.ts";
export type { Destination, OrganizationConfig, Route, RouteMatch } from "./routing/routing.ts";
