// Logistic regression by gradient descent: points of two kinds that a line divides, learned over a cached RDD. Each
// round sums the gradient of all points with the weights it captured.
// Run it with `npm start -- samples/logistic-regression.ts [points]`
const count = Number(process.argv[2] ?? 20_000);
const ROUNDS = 40;
const RATE = 4;

/** A number from -1 to 1 that follows from the index. */
const chance = (i: number) => ((i * 2654435761) % 4294967296) / 2147483648 - 1;

/** `[x1, x2, label]`: above the line 2·x1 + x2 = 0.2 the label is 1. */
const points = sc
  .range(0, count, 1, 4)
  .map((i): [number, number, number] => {
    const [a, b] = [chance(2 * i + 1), chance(2 * i + 2)];
    return [a, b, 2 * a + b > 0.2 ? 1 : 0];
  })
  .cache();

let weights: [number, number, number] = [0, 0, 0];
for (let round = 0; round < ROUNDS; round++) {
  const [w1, w2, w0] = weights;
  const gradient = points
    .map(([a, b, label]): [number, number, number] => {
      const error = 1 / (1 + Math.exp(-(w1 * a + w2 * b + w0))) - label;
      return [error * a, error * b, error];
    })
    .reduce((x, y): [number, number, number] => [x[0] + y[0], x[1] + y[1], x[2] + y[2]]);
  weights = weights.map((w, i) => w - (RATE * gradient[i]!) / count) as [number, number, number];
}

const [w1, w2, w0] = weights;
const right = points.filter(([a, b, label]) => w1 * a + w2 * b + w0 > 0 === (label === 1)).count();
const share = ((100 * right) / count).toFixed(1);
console.log(
  `${count} points, ${share} % told rightly by ${w1.toFixed(2)} x + ${w2.toFixed(2)} y + ${w0.toFixed(2)}`,
);
