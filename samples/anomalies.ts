// Values that are far from what is usual for their sensor: mean and variance kept up value by value (Welford),
// in one state per sensor. Run it with `npm start -- samples/anomalies.ts [seconds]`.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type State, StateSpec } from 'tspark';

interface Usual {
  n: number;
  mean: number;
  squares: number;
}

const seconds = Number(process.argv[2] ?? 30);
const FAR = 5;
const LEARNT = 50;

// Three sensors; every 400th value is far off.
const values = ssc.rateStream(400).map(([, n]): [string, number] => {
  const noise = ((n * 2654435761) % 2000) / 1000 - 1;
  return [`sensor-${n % 3}`, 20 + noise + (n % 400 === 399 ? 15 : 0)];
});

ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-anomalies-')));
const spec = StateSpec.function((sensor: string, value: number | null, state: State<Usual>) => {
  if (value === null) return undefined;
  const { n, mean, squares } = state.get() ?? { n: 0, mean: 0, squares: 0 };
  const deviation = Math.sqrt(squares / Math.max(n - 1, 1));
  const z = (value - mean) / Math.max(deviation, 1e-9);
  if (n >= LEARNT && Math.abs(z) > FAR) {
    // Not learnt: what is unusual must not become usual.
    return `${sensor}: ${value.toFixed(1)} is ${z.toFixed(0)} deviations from ${mean.toFixed(1)}`;
  }
  const step = value - mean;
  const next = mean + step / (n + 1);
  state.update({ n: n + 1, mean: next, squares: squares + step * (value - next) });
  return undefined;
});
values.mapWithState(spec).name('usual').pprint();

ssc.start();
await ssc.awaitTerminationOrTimeout(seconds);
