// PageRank over links that are made up: pages link to later ones and to the first few. The links are partitioned and
// cached once, so that joining them with the ranks moves the ranks alone.
// Run it with `npm start -- samples/page-rank.ts [pages]`
const pages = Number(process.argv[2] ?? 2_000);
const LINKS = 4;
const ROUNDS = 10;

/** A whole number below `n` that follows from the index. */
const pick = (i: number, n: number) =>
  Math.floor((((i * 2654435761) % 4294967296) / 4294967296) * n);

const links = sc
  .range(0, pages, 1, 4)
  .flatMap((page) =>
    Array.from({ length: LINKS }, (_, k): [number, number] => [
      page,
      k === 0 ? pick(page + 1, 10) : pick(page * LINKS + k + 1, pages),
    ]),
  )
  .distinct()
  .groupByKey(4)
  .cache();

let ranks = links.mapValues(() => 1);
for (let round = 0; round < ROUNDS; round++) {
  ranks = links
    .join(ranks)
    .flatMap(([, [targets, rank]]) =>
      targets.map((to): [number, number] => [to, rank / targets.length]),
    )
    .reduceByKey((a, b) => a + b, 4)
    .mapValues((sum) => 0.15 + 0.85 * sum);
}
const best = ranks.top(5, ([, rank]) => rank);
for (const [page, rank] of best) console.log(`page ${page}: ${rank.toFixed(3)}`);
