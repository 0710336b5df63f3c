// Positions of cars joined to routes: a state per car (mapWithState) that ends when nothing came for a while.
// Run it with `npm start -- samples/routes.ts [seconds]`; the positions are made up as it runs.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type State, StateSpec } from 'tspark';

interface Route {
  points: number;
  km: number;
  last: [number, number];
}

const seconds = Number(process.argv[2] ?? 30);
const PAUSE = 3 * ssc.batchDuration;

// Five cars, each drives for some batches and rests for some.
let batch = 0;
const none = sc.range(0, 5, 1, 1);
const positions = ssc.queueStream([], true, none).transform((cars) => {
  const now = batch++;
  return cars
    .filter((car) => (now + car * 3) % 12 < 5)
    .map((car): [string, [number, number]] => [`car-${car}`, [48 + now / 100, 11 + car / 100]]);
});

ssc.checkpoint(mkdtempSync(join(tmpdir(), 'tspark-routes-')));
const spec = StateSpec.function((car: string, at: [number, number] | null, state: State<Route>) => {
  const route = state.get();
  if (state.isTimingOut() || at === null) {
    return `${car} drove ${route?.km.toFixed(1)} km by ${route?.points} points`;
  }
  const [north, east] = route === null ? [0, 0] : [at[0] - route.last[0], at[1] - route.last[1]];
  const km = (route?.km ?? 0) + Math.hypot(north * 111.2, east * 74.6);
  state.update({ points: (route?.points ?? 0) + 1, km, last: at });
  return undefined;
}).timeout(PAUSE);
positions.mapWithState(spec).name('routes').pprint();

ssc.start();
await ssc.awaitTerminationOrTimeout(seconds);
