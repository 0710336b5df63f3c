// Values that are far from what is usual for their sensor: mean and variance kept up value by value (Welford),
// in one state per sensor.
//
// Try it:            npm start -- samples/anomalies.ts [seconds [port]]
// At the prompt:     npm start -- -i samples/anomalies.ts
// Without a port it starts its own source; another one: node scripts/log-server.mjs --kind numbers --port 9999
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type State, StateSpec } from 'tspark';
import { argument, isProgram, startFeed } from './feed.ts';

interface Usual {
  n: number;
  mean: number;
  squares: number;
}

const isRunAlone = isProgram('anomalies.ts');
const seconds = (isRunAlone && argument(1)) || 30;
const port = (isRunAlone && argument(2)) || (await startFeed('numbers', 400));
const FAR = 5;
const LEARNT = 50;

// A line is `sensor-2 20.31`; every 400th value is far off.
const values = ssc
  .socketTextStream('localhost', port)
  .map((line): [string, number] => [line.split(' ')[0], Number(line.split(' ')[1])]);

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
if (isRunAlone) await ssc.awaitTerminationOrTimeout(seconds);
