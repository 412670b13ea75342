import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from "@opentelemetry/semantic-conventions";
import { TocsinError } from "@tocsin/errors";

export interface TelemetryOptions {
  readonly serviceName: string;
  readonly serviceVersion: string;
  /** `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` or `OTEL_EXPORTER_OTLP_ENDPOINT` turns the export on. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Telemetry {
  /** Exports what is left and takes the registration back. Idempotent; never rejects. */
  shutdown(): Promise<void>;
}

/**
 * Makes this process trace: a tracer provider, context that follows asynchronous calls, and W3C trace context on the wire.
 * For applications, once, before anything else. Without an endpoint nothing is exported, but trace ids are real: they
 * stand in logs and answers and travel on.
 *
 * The exporter reads its other settings (headers, compression, timeout) from the standard `OTEL_EXPORTER_OTLP_*`
 * variables of the process.
 *
 * @throws TocsinError `RELAY_TELEMETRY_REGISTERED` when the process has a tracer provider already.
 */
export function registerTelemetry(options: TelemetryOptions): Telemetry {
  const url = tracesUrl(options.env);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: options.serviceName,
      [ATTR_SERVICE_VERSION]: options.serviceVersion,
    }),
    spanProcessors: url === null ? [] : [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })],
  });

  if (!trace.setGlobalTracerProvider(provider)) {
    throw new TocsinError("This process has a tracer provider already: register telemetry once.", {
      code: "RELAY_TELEMETRY_REGISTERED",
    });
  }
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );

  let ended: Promise<void> | null = null;
  return {
    shutdown: () => {
      ended ??= provider
        .shutdown()
        // A collector that is gone must not keep a process from ending.
        .catch(() => {})
        .then(() => {
          trace.disable();
          context.disable();
          propagation.disable();
        });
      return ended;
    },
  };
}

/** As OTLP defines it: the signal's own endpoint as it is, or the common one with the signal's path. `null`: no export. */
function tracesUrl(env: TelemetryOptions["env"]): string | null {
  if (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT) return `${env.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, "")}/v1/traces`;
  return null;
}
