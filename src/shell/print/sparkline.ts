// A row of small bars: how a figure went lately. Pure.

const LEVELS = '▁▂▃▄▅▆▇█';

/** One bar a value, the highest as high as it gets; nothing is the lowest. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 0);
  return values
    .map((value) => {
      const share = most === 0 ? 0 : Math.max(value, 0) / most;
      return LEVELS[Math.min(Math.round(share * (LEVELS.length - 1)), LEVELS.length - 1)];
    })
    .join('');
}
