import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance, FastifySchema } from "fastify";
import fastifyPlugin from "fastify-plugin";

export interface OpenapiOptions {
  /** The product's version, as the document says it. */
  readonly version: string;
}

const SECURITY = [{ apiKey: [], apiSecret: [] }, { bearer: [] }];

/**
 * `GET /openapi.json` (OpenAPI 3.1) of every route that is registered after this plugin, and `GET /docs`, a page that
 * shows it. The page loads nothing from elsewhere.
 */
export const openapi = fastifyPlugin(
  async (app: FastifyInstance, { version }: OpenapiOptions) => {
    await app.register(swagger, {
      openapi: {
        openapi: "3.1.0",
        info: {
          title: "Tocsin relay",
          version,
          description: "Takes alerts, stores them, and brings them to Discord.",
          license: { name: "MIT", identifier: "MIT" },
        },
        tags: [
          { name: "alerts", description: "Raise alerts and see what became of them." },
          { name: "operation", description: "For whoever runs the relay." },
        ],
        components: {
          securitySchemes: {
            apiKey: { type: "apiKey", in: "header", name: "x-api-key" },
            apiSecret: { type: "apiKey", in: "header", name: "x-api-secret" },
            bearer: { type: "http", scheme: "bearer", description: "`<key>:<secret>`" },
          },
        },
      },
      // Schemas keep their names.
      refResolver: {
        buildLocalReference: (schema, _base, _fragment, index) => String(schema.$id ?? `schema-${index}`),
      },
      // What a route needs is said once, by its scope. In the schema it would break the document of a surrounding server.
      transform: ({ schema, url, route }) => ({
        url,
        schema: route.config?.tocsinScope ? { ...(schema as FastifySchema), security: SECURITY } : schema,
      }),
    });

    app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());

    await app.register(swaggerUi, {
      routePrefix: "/docs",
      staticCSP: "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
      theme: { title: "Tocsin relay" },
      uiConfig: { layout: "BaseLayout", deepLinking: true, tryItOutEnabled: true, validatorUrl: null },
    });
  },
  { name: "@tocsin/relay/openapi", fastify: "5.x" },
);
