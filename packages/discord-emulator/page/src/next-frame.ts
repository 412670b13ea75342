const HIDDEN_FRAME_MS = 250;

/** Runs `work` once before the next paint. A hidden tab paints nothing, so a timer takes over there. */
export function onNextFrame(work: () => void): void {
  const run = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    work();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, HIDDEN_FRAME_MS);
}
