// What the log server can send besides Hadoop's logs: requests to a bank, measurements, positions of cars, words.
// Each feed is a function that makes lines; `random` gives numbers from 0 to 1, `seconds` how long the client listens.

/** `2026-11-28T10:00:00.123Z /transfer 500 87`: from second 20 to 30 of every 40, transfers often fail. */
function bank({ random, seconds, now }) {
  const services = ['/login', '/transfer', '/accounts', '/statement'];
  return () => {
    const service = services[Math.floor(random() * services.length)];
    const isOutage = seconds() % 40 >= 20 && seconds() % 40 < 30;
    const failing = isOutage && service === '/transfer' ? 0.4 : 0.02;
    const status = random() < failing ? 500 : 200;
    return `${now().toISOString()} ${service} ${status} ${20 + Math.floor(random() * 100)}`;
  };
}

/** `sensor-2 20.31`: around 20, give or take one; one value in 400 is far off. */
function numbers({ random }) {
  let count = 0;
  return () => {
    const off = ++count % 400 === 0 ? 15 : 0;
    return `sensor-${Math.floor(random() * 3)} ${(19 + 2 * random() + off).toFixed(2)}`;
  };
}

const DRIVES_SECONDS = 5;
const ROUND_SECONDS = 12;

/** `car-3 48.13710 11.57540`: five cars that drive for 5 s and rest for 7, never all at a time. */
function gps({ random, seconds }) {
  return () => {
    const t = seconds();
    const driving = [0, 1, 2, 3, 4].filter((car) => (t + car * 3) % ROUND_SECONDS < DRIVES_SECONDS);
    const car = driving[Math.floor(random() * driving.length)];
    // Some 70 km an hour to the north east, each car on a road of its own.
    const north = 48 + t * 0.00012;
    const east = 11 + car / 10 + t * 0.00018;
    return `car-${car} ${north.toFixed(5)} ${east.toFixed(5)}`;
  };
}

/** One word a line; which one is said most changes every 10 s. */
function words({ random, seconds }) {
  const all = ['spark', 'stream', 'batch', 'window', 'state', 'key', 'join'];
  return () => {
    if (random() < 0.3) return all[Math.floor(seconds() / 10) % all.length];
    return all[Math.floor(random() * all.length)];
  };
}

export const FEEDS = { bank, numbers, gps, words };
