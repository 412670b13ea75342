export { type Clock, createFakeClock, type FakeClock } from "./fake-clock.ts";
export { type ReadmeExampleOptions, runReadmeExample } from "./readme-example.ts";
export { recordSpans, type SpanRecorder } from "./record-spans.ts";
export { createSeededRandom, type SeededRandom } from "./seeded-random.ts";
export { type SkipUnlessOptions, skipUnless } from "./skip-unless.ts";
export { type ProcessExit, type StartedProcess, type StartProcessOptions, startProcess } from "./start-process.ts";
export { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";
export { type WaitForOptions, waitFor } from "./wait-for.ts";
