// k-means: points in a plane, made up around a few places, found again by moving centers to the middle of what is
// nearest to them. The points are cached, each round runs over them with the centers it captured.
// Run it with `npm start -- samples/k-means.ts [points]`
const count = Number(process.argv[2] ?? 20_000);

type Point = [number, number];
const PLACES: Point[] = [
  [10, 10],
  [50, 20],
  [30, 60],
];

/** A number from 0 to 1 that follows from the index. */
const chance = (i: number) => ((i * 2654435761) % 4294967296) / 4294967296;

const points = sc
  .range(0, count, 1, 4)
  .map((i): Point => {
    const [x, y] = PLACES[i % PLACES.length]!;
    return [x + 10 * (chance(2 * i + 1) - 0.5), y + 10 * (chance(2 * i + 2) - 0.5)];
  })
  .cache();

function nearest([x, y]: Point, centers: Point[]): number {
  let best = 0;
  let least = Infinity;
  for (let k = 0; k < centers.length; k++) {
    const distance = (x - centers[k]![0]) ** 2 + (y - centers[k]![1]) ** 2;
    if (distance < least) {
      least = distance;
      best = k;
    }
  }
  return best;
}

let centers: Point[] = points.take(3);
let moved = Infinity;
let rounds = 0;
while (moved > 1e-6 && rounds < 50) {
  const before = centers;
  const sums = points
    .map((p): [number, [number, number, number]] => [nearest(p, before), [p[0], p[1], 1]])
    .reduceByKey((a, b): [number, number, number] => [a[0] + b[0], a[1] + b[1], a[2] + b[2]])
    .collectAsMap();
  centers = before.map((center, k): Point => {
    const sum = sums.get(k);
    return sum === undefined ? center : [sum[0] / sum[2], sum[1] / sum[2]];
  });
  moved = centers.reduce(
    (total, [x, y], k) => total + Math.hypot(x - before[k]![0], y - before[k]![1]),
    0,
  );
  rounds++;
}
const shown = centers
  .map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`)
  .sort()
  .join(', ');
console.log(`${count} points, centers after ${rounds} rounds: ${shown}`);
