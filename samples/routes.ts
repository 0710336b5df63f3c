// Positions of cars joined to routes: a state per car (mapWithState) that ends when nothing came for a while.
//
// Try it:            npm start -- samples/routes.ts [seconds [port]]
// At the prompt:     npm start -- -i samples/routes.ts
// Without a port it starts its own source; another one: node scripts/log-server.mjs --kind gps --port 9999
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type State, StateSpec } from 'tspark';
import { argument, isProgram, startFeed } from './feed.ts';

interface Route {
  points: number;
  km: number;
  last: [number, number];
}

const isRunAlone = isProgram('routes.ts');
const seconds = (isRunAlone && argument(1)) || 30;
const port = (isRunAlone && argument(2)) || (await startFeed('gps', 50));
const PAUSE = 3;

// A line is `car-3 48.13710 11.57540`: five cars, each drives for some seconds and rests for some.
const positions = ssc
  .socketTextStream('localhost', port)
  .map((line): [string, [number, number]] => {
    const [car, north, east] = line.split(' ');
    return [car, [Number(north), Number(east)]];
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
if (isRunAlone) await ssc.awaitTerminationOrTimeout(seconds);
