import type { AlertInput as ApiAlertInput } from "@tocsin/api";
import type { Alert } from "./alert.ts";
import type { AlertInput } from "./schema.ts";

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Flattened, so that only what a reader of the type sees is compared. */
type Flat<T> = T extends object ? { [K in keyof T]: Flat<T[K]> } : T;

function holds<_Fact extends true>(): void {}

// The API declares the type by hand to stay free of dependencies; it must say what the schema says.
holds<Equal<Flat<ApiAlertInput>, Flat<AlertInput>>>();

// A normalised alert can be sent again.
holds<Alert extends AlertInput ? true : false>();

// The comparison tells optional from required, and read only from writable.
holds<Equal<Equal<{ a?: string }, { a: string }>, false>>();
holds<Equal<Equal<Flat<{ readonly a: readonly string[] }>, Flat<{ readonly a: string[] }>>, false>>();
