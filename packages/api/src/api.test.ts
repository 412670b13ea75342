import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type AlertInput,
  type AlertProvider,
  type Diagnostic,
  enabled,
  getEmitter,
  register,
  type Severity,
  setDiagnostics,
} from "./index.ts";

const SLOT_KEY = Symbol.for("tocsin.api");
const globals = globalThis as Record<symbol, unknown>;

const folder = mkdtempSync(join(tmpdir(), "tocsin-api-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A second copy of the whole package, as two versions in one dependency tree are. */
async function importCopy(): Promise<typeof import("./index.ts")> {
  cpSync(import.meta.dirname, folder, { recursive: true });
  return await import(pathToFileURL(join(folder, "index.ts")).href);
}

let diagnostics: Diagnostic[] = [];
const kinds = () => diagnostics.map((diagnostic) => diagnostic.kind);

function recorder() {
  const taken: [name: string, version: string | undefined, alert: AlertInput][] = [];
  const provider: AlertProvider = {
    getEmitter: (name, version) => ({
      emit: (alert) => void taken.push([name, version, alert]),
      enabled: (severity?: Severity) => severity !== "info",
    }),
  };
  return { taken, provider };
}

function failing(error: unknown): AlertProvider {
  const fail = () => {
    throw error;
  };
  return { getEmitter: () => ({ emit: fail, enabled: fail }) };
}

beforeEach(() => {
  delete globals[SLOT_KEY];
  diagnostics = [];
  setDiagnostics((diagnostic) => void diagnostics.push(diagnostic));
});

afterEach(() => {
  delete globals[SLOT_KEY];
  setDiagnostics(null);
  delete globals[SLOT_KEY];
});

describe("without a provider", () => {
  test("emitting does nothing and nothing is enabled", () => {
    const emitter = getEmitter("shop", "1.0.0");
    emitter.emit({ title: "disk full" });
    expect(emitter.enabled("critical")).toBe(false);
    expect(enabled()).toBe(false);
    expect(diagnostics).toEqual([]);
  });

  test("emitting leaves no trace on the global object", () => {
    delete globals[SLOT_KEY];
    getEmitter("shop").emit({ title: "disk full" });
    expect(SLOT_KEY in globals).toBe(false);
  });
});

describe("register", () => {
  test("handles that were taken before work after it, and stop after unregister", () => {
    const emitter = getEmitter("shop", "1.0.0");
    const { taken, provider } = recorder();
    emitter.emit({ title: "too early" });
    const unregister = register(provider);
    emitter.emit({ title: "in time" });
    expect(emitter.enabled("warn")).toBe(true);
    expect(emitter.enabled("info")).toBe(false);
    expect(enabled()).toBe(true);
    unregister();
    emitter.emit({ title: "too late" });
    expect(emitter.enabled("warn")).toBe(false);
    expect(enabled()).toBe(false);
    expect(taken).toEqual([["shop", "1.0.0", { title: "in time" }]]);
  });

  test("asks the provider for an emitter once for each handle", () => {
    let count = 0;
    const { provider } = recorder();
    register({
      getEmitter: (name, version) => {
        count += 1;
        return provider.getEmitter(name, version);
      },
    });
    const emitter = getEmitter("shop");
    for (let index = 0; index < 5; index += 1) emitter.emit({ title: "x" });
    expect(count).toBe(1);
  });

  test("a second one changes nothing and is reported; its unregister does nothing", () => {
    const [first, second] = [recorder(), recorder()];
    register(first.provider);
    const unregisterSecond = register(second.provider);
    unregisterSecond();
    getEmitter("shop").emit({ title: "x" });
    expect(first.taken).toHaveLength(1);
    expect(second.taken).toHaveLength(0);
    expect(kinds()).toEqual(["already-registered"]);
  });

  test("after unregister another provider may come, and an old unregister does not touch it", () => {
    const [first, second] = [recorder(), recorder()];
    const emitter = getEmitter("shop");
    const unregisterFirst = register(first.provider);
    emitter.emit({ title: "one" });
    unregisterFirst();
    register(second.provider);
    unregisterFirst();
    emitter.emit({ title: "two" });
    expect(first.taken.map(([, , alert]) => alert.title)).toEqual(["one"]);
    expect(second.taken.map(([, , alert]) => alert.title)).toEqual(["two"]);
    expect(diagnostics).toEqual([]);
  });

  test("an old unregister does not end a later registration of the same provider", () => {
    const { provider } = recorder();
    const unregister = register(provider);
    unregister();
    register(provider);
    unregister();
    expect(enabled()).toBe(true);
  });
});

describe("nothing reaches the caller", () => {
  test.each(["emit", "enabled"] as const)("a provider whose %s throws", (method) => {
    const error = new Error("provider is broken");
    register(failing(error));
    expect(() => getEmitter("shop")[method]({ title: "x" } as never)).not.toThrow();
    expect(diagnostics).toMatchObject([{ kind: "provider-failed", error }]);
  });

  test("a provider that has no emitter to give", () => {
    register({
      getEmitter: () => {
        throw new Error("none");
      },
    });
    getEmitter("shop").emit({ title: "x" });
    expect(getEmitter("shop").enabled()).toBe(false);
    expect(kinds()).toEqual(["provider-failed", "provider-failed"]);
  });

  test("a provider whose emit rejects later", async () => {
    const error = new Error("late");
    register({ getEmitter: () => ({ emit: () => Promise.reject(error) as never, enabled: () => true }) });
    getEmitter("shop").emit({ title: "x" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(diagnostics).toMatchObject([{ kind: "provider-failed", error }]);
  });

  test("a provider that is none", () => {
    for (const provider of [{}, 5, { getEmitter: () => undefined }]) {
      const unregister = register(provider as never);
      const emitter = getEmitter("shop");
      emitter.emit({ title: "x" });
      expect(emitter.enabled()).toBe(false);
      unregister();
    }
    expect(new Set(kinds())).toEqual(new Set(["provider-failed"]));
    expect(() => register(null as never)).not.toThrow();
  });

  test("a diagnostics hook that throws", () => {
    setDiagnostics(() => {
      throw new Error("hook is broken");
    });
    register(failing(new Error("provider is broken")));
    expect(() => getEmitter("shop").emit({ title: "x" })).not.toThrow();
    expect(() => register(recorder().provider)).not.toThrow();
  });
});

test("a diagnostics hook that rejects ends no program", async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => void unhandled.push(reason);
  process.on("unhandledRejection", listener);
  try {
    setDiagnostics(async () => {
      throw new Error("hook is broken");
    });
    register(failing(new Error("provider is broken")));
    getEmitter("shop").emit({ title: "x" });
    await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    process.off("unhandledRejection", listener);
  }
  expect(unhandled).toEqual([]);
});

describe("several copies of the package", () => {
  test("agree on provider and diagnostics", async () => {
    const copy = await importCopy();
    expect(copy.getEmitter).not.toBe(getEmitter);
    const { taken, provider } = recorder();
    const unregister = copy.register(provider);
    getEmitter("shop").emit({ title: "from the original" });
    copy.getEmitter("shop").emit({ title: "from the copy" });
    expect(taken.map(([, , alert]) => alert.title)).toEqual(["from the original", "from the copy"]);
    register(recorder().provider);
    expect(kinds()).toEqual(["already-registered"]);
    copy.setDiagnostics(() => void diagnostics.push({ kind: "provider-failed", message: "heard by the copy's hook" }));
    register(recorder().provider);
    expect(diagnostics.at(-1)?.message).toBe("heard by the copy's hook");
    unregister();
    expect(enabled()).toBe(false);
  });

  test.each([{ compatibility: 2, provider: recorder().provider }, { provider: recorder().provider }, "taken", null])(
    "an incompatible slot is left alone and makes this copy do nothing",
    (stranger) => {
      delete globals[SLOT_KEY];
      globals[SLOT_KEY] = stranger;
      setDiagnostics((diagnostic) => void diagnostics.push(diagnostic));
      const emitter = getEmitter("shop");
      emitter.emit({ title: "x" });
      emitter.emit({ title: "x" });
      expect(emitter.enabled()).toBe(false);
      expect(enabled()).toBe(false);
      expect(kinds()).toEqual(["incompatible"]);
      register(recorder().provider)();
      expect(kinds()).toEqual(["incompatible", "incompatible"]);
      expect(globals[SLOT_KEY]).toBe(stranger);
    },
  );
});
