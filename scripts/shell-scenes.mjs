// What docs/shell.md shows: for each screen what is typed and what is waited for. Each scene begins at a fresh prompt
// with its own home; lines of `before` are typed too, and are not shown. `npm test` holds the page against this list.

const AIRLINES = "const airlines = sc.textFile('samples/airlines.csv')";
const FIELDS = "const fields = airlines.map(l => l.split(','))";
/** Two tasks that take so many milliseconds. */
const SLOW =
  'const slow = (ms: number) => sc.range(0, 8, 1, 8).map(i => { const end = Date.now() + ms; while (Date.now() < end); return i })';

/**
 * A step is a line that is typed with Enter (`type`), text without Enter (`write`) or keys by name (`keys`); then the
 * screen has to show `wait`, by default the next prompt. `pauseMs` gives a background job its time.
 */
export const SCENES = [
  {
    id: 'values',
    steps: [
      { type: AIRLINES },
      { type: 'airlines' },
      { type: 'airlines.take(3)' },
      { type: FIELDS },
      { type: 'fields.filter(f => f[3] === "LHR").take(3)' },
      {
        type: 'fields.map(f => ({ name: f[1], country: f[2], tags: new Map([["hub", f[3]]]) })).take(2)',
      },
      { type: '_.length + 1' },
    ],
  },
  {
    id: 'menu',
    before: [AIRLINES],
    steps: [{ write: 'airlines.red' }, { keys: ['Tab'], wait: /reduce/, pauseMs: 800 }],
  },
  {
    id: 'signature',
    before: [AIRLINES],
    steps: [{ write: 'airlines.reduce(', wait: /reduce\(/, pauseMs: 1500 }],
  },
  {
    id: 'search',
    before: [AIRLINES, 'airlines.count()', 'airlines.take(1)'],
    steps: [
      { keys: ['C-r'], wait: /./ },
      { write: 'count', wait: /count/, pauseMs: 500 },
    ],
  },
  {
    id: 'doc',
    rows: 60,
    before: [AIRLINES],
    steps: [{ type: 'airlines.coalesce?' }, { type: '.type airlines.map(l => [l, l.length])' }],
  },
  {
    id: 'plan',
    columns: 100,
    before: [AIRLINES, FIELDS],
    steps: [
      { type: 'const hubs = fields.map(f => [f[3], 1]).reduceByKey((a, b) => a + b).cache()' },
      { type: '.plan hubs.sortBy(pair => -pair[1])' },
      { type: 'hubs.count()' },
      { type: '.cache' },
    ],
  },
  {
    id: 'modes',
    before: [AIRLINES, FIELDS],
    steps: [
      { type: '.mode csv' },
      { type: 'fields.map(f => ({ name: f[1], hub: f[3] })).take(3)' },
      { type: '.mode json' },
      { type: 'fields.map(f => ({ name: f[1], hub: f[3] })).take(3)' },
      { type: '.mode table' },
      { type: '.hist airlines.map(l => l.length)' },
    ],
  },
  {
    id: 'background',
    before: [SLOW],
    steps: [
      { type: 'slow(400).count() &' },
      { type: 'const n = slow(200).sum() &' },
      { type: '1 + 1', pauseMs: 4_000, wait: /done[\s\S]*done/ },
      { type: 'n' },
      { type: '.jobs' },
      { type: '.job 1' },
    ],
  },
  {
    id: 'progress',
    columns: 110,
    before: [
      SLOW,
      "const lines = sc.textFile('samples/airlines.csv', 8).map(l => { const end = Date.now() + 20; while (Date.now() < end); return l })",
    ],
    steps: [
      { type: 'slow(2500).count() &', pauseMs: 300 },
      { type: 'lines.count()', wait: /left[\s\S]*KiB/, pauseMs: 200 },
    ],
  },
  {
    id: 'cancel',
    before: [SLOW],
    steps: [
      { type: 'slow(900).count() &' },
      { type: 'slow(5000).count()', wait: /count, job 1 · [█░]/ },
      { keys: ['C-c'] },
      { type: '.fg', wait: /kept as/ },
    ],
  },
  {
    id: 'errors',
    before: [AIRLINES],
    steps: [
      { type: 'airlines.fliter(l => l)' },
      { type: 'airlines.map(l => l.split(",")[7].length).sum()' },
      { type: '_error.details.partition' },
      { type: '.set types off' },
      { type: 'airlins.cuont()' },
    ],
  },
  {
    id: 'console',
    steps: [
      { type: 'sc.range(0, 4, 1, 2).foreach(n => console.log("saw", n))' },
      { type: '.set console 3' },
      {
        type: 'sc.range(0, 40, 1, 1).foreach(n => console.log("also", n))',
        wait: /more lines/,
      },
      { type: '.logs 2' },
    ],
  },
  {
    id: 'streams',
    columns: 100,
    steps: [
      { type: 'const numbers = ssc.rateStream(500)' },
      { type: 'numbers.count().pprint()' },
      { type: 'ssc.start()', wait: /Time: [\s\S]*Time: [\s\S]*Time: /, pauseMs: 300 },
      { type: '.streams' },
      { type: 'ssc.stop()' },
    ],
  },
  {
    id: 'save',
    before: [AIRLINES],
    steps: [
      { type: 'const long = airlines.filter(l => l.length > 40)' },
      { type: 'long.count() / airlines.count()' },
      { type: '.save long.ts' },
    ],
    prints: 'long.ts',
  },
  {
    id: 'set',
    steps: [{ type: '.set' }, { type: '.set tpyes off' }, { type: '.set spark.master local' }],
  },
  { id: 'tour', steps: [{ type: '.tour' }, { type: AIRLINES }, { type: '.tour stop' }] },
  {
    id: 'plain',
    flags: '--plain',
    steps: [{ type: '1 +', wait: /\.\.\.$/ }, { type: '2' }, { type: 'sc.range(3).collect()' }],
  },
];

/** A command as a row of the page's table. */
export function commandRow({ name, usage, summary }) {
  const call = `.${name}${usage === '' ? '' : ` ${usage}`}`.replaceAll('|', '\\|');
  return `| \`${call}\` | ${summary.replaceAll('|', '\\|')} |`;
}
