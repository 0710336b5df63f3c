// Iterative programs over cached RDDs, the same as iterative.scala. Driven line by line over a socket.
import { serve } from './workload-server.mjs';

const POINTS = Number(process.env.BENCH_ROWS);
const PAGES = Math.floor(POINTS / 20);
const chance = (i) => ((i * 2654435761) % 4294967296) / 4294967296;
const pick = (i, n) => Math.floor((((i * 2654435761) % 4294967296) / 4294967296) * n);
const PLACES = [
  [10, 10],
  [50, 20],
  [30, 60],
];

serve((sc) => {
  const once = new Map();
  const cached = async (name, make) => {
    if (!once.has(name)) {
      const rdd = make().cache();
      await rdd.count();
      once.set(name, rdd);
    }
    return once.get(name);
  };

  async function kMeans() {
    const points = await cached('points', () =>
      sc.range(0, POINTS, 1, 2).map((i) => {
        const place = PLACES[i % 3];
        return [
          place[0] + 10 * (chance(2 * i + 1) - 0.5),
          place[1] + 10 * (chance(2 * i + 2) - 0.5),
        ];
      }),
    );
    let centers = await points.take(3);
    for (let round = 0; round < 10; round++) {
      const before = centers;
      const sums = await points
        .map((p) => {
          let best = 0;
          let least = Number.POSITIVE_INFINITY;
          for (let k = 0; k < before.length; k++) {
            const dx = p[0] - before[k][0];
            const dy = p[1] - before[k][1];
            const distance = dx * dx + dy * dy;
            if (distance < least) {
              least = distance;
              best = k;
            }
          }
          return [best, [p[0], p[1], 1]];
        })
        .reduceByKey((a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]])
        .collectAsMap();
      centers = before.map((center, k) => {
        const sum = sums.get(k);
        return sum === undefined ? center : [sum[0] / sum[2], sum[1] / sum[2]];
      });
    }
    return centers.map(([x, y]) => `${x.toFixed(3)}/${y.toFixed(3)}`).join(':');
  }

  async function logisticRegression() {
    const points = await cached('labelled', () =>
      sc.range(0, POINTS, 1, 2).map((i) => {
        const a = 2 * chance(2 * i + 1) - 1;
        const b = 2 * chance(2 * i + 2) - 1;
        return [a, b, 2 * a + b > 0.2 ? 1 : 0];
      }),
    );
    let weights = [0, 0, 0];
    for (let round = 0; round < 10; round++) {
      const [w1, w2, w0] = weights;
      const gradient = await points
        .map(([a, b, label]) => {
          const error = 1 / (1 + Math.exp(-(w1 * a + w2 * b + w0))) - label;
          return [error * a, error * b, error];
        })
        .reduce((x, y) => [x[0] + y[0], x[1] + y[1], x[2] + y[2]]);
      weights = weights.map((w, i) => w - (4 * gradient[i]) / POINTS);
    }
    return weights.map((w) => w.toFixed(4)).join(':');
  }

  async function pageRank() {
    const links = await cached('links', () =>
      sc
        .range(0, PAGES, 1, 2)
        .flatMap((page) =>
          Array.from({ length: 4 }, (_, k) => [
            page,
            k === 0 ? pick(page + 1, 10) : pick(page * 4 + k + 1, PAGES),
          ]),
        )
        .groupByKey(2),
    );
    let ranks = links.mapValues(() => 1);
    for (let round = 0; round < 5; round++) {
      ranks = links
        .join(ranks)
        .flatMap(([, [targets, rank]]) => targets.map((to) => [to, rank / targets.length]))
        .reduceByKey((a, b) => a + b, 2)
        .mapValues((sum) => 0.15 + 0.85 * sum);
    }
    const best = await ranks.map(([, rank]) => rank).max();
    return best.toFixed(2);
  }

  return { 'k-means': kMeans, 'logistic-regression': logisticRegression, 'page-rank': pageRank };
});
