// Durations as a person reads them. Pure.

/** `4.5 µs`, `0.12 ms`, `12.3 ms`, `1.23 s`. */
export function durationText(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  if (ms < 0.1) return `${(ms * 1_000).toFixed(1)} µs`;
  return `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}
