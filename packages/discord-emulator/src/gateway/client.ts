import type { Connection } from "./connection.ts";
import type { Compression } from "./encoder.ts";
import type { Session } from "./session.ts";

/** One connected client. */
export interface Client {
  readonly connection: Connection;
  readonly version: number;
  /** Undefined before IDENTIFY or RESUME has succeeded. */
  session: Session | undefined;
  /** Makes the client the reader of a session, from `seq` on. */
  read(session: Session, seq: number): void;
  /** Closes the connection; the code decides whether the session stays. */
  close(code: number): void;
  /** Takes the session away, for good or until it is resumed, and says so by op 9; the connection stays. */
  invalidate(isResumable: boolean): void;
  /** Stops reading and writing; the session waits to be resumed. */
  freeze(): void;
}

/** What a client asked for in its URL. */
export interface ClientTerms {
  readonly version: number;
  readonly compression: Compression;
}
