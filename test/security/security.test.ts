// What SECURITY.md promises: no port is opened, files are private, data is never run, secrets are masked.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import v8 from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SparkConf, SparkContext, StorageLevel, StreamingContext } from '#dist/index.js';
import { CheckpointFolder } from '#dist/streaming/checkpoint-folder.js';

const BIN = fileURLToPath(new URL('../../bin/tspark', import.meta.url));

let sc: SparkContext;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tspark-security-'));
  sc = new SparkContext(
    new SparkConf(false)
      .setMaster('local[2]')
      .setAppName('security')
      .set('tspark.memory.blocks', '1k')
      .set('spark.local.dir', folder),
  );
});
afterAll(async () => {
  await sc.stop();
  rmSync(folder, { recursive: true });
});

/** Files below a folder that others may read or write, and folders that others may enter. */
function openToOthers(root: string): string[] {
  const found = (statSync(root).mode & 0o077) === 0 ? [] : [root];
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const path = join(root, entry.name);
    // What is in a folder that nobody else can enter is private whatever its own mode says.
    if (entry.isDirectory()) {
      if ((statSync(path).mode & 0o077) !== 0) found.push(...openToOthers(path));
    } else if ((statSync(path).mode & 0o077) !== 0) found.push(path);
  }
  return found;
}

/** Runs the real shell over a program; its environment has a home of its own. */
function shell(program: string): { stdout: string; stderr: string; home: string } {
  const home = mkdtempSync(join(folder, 'home-'));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [BIN, '--no-types', '--master', 'local[2]', '-e', program],
    { encoding: 'utf8', env: { ...process.env, HOME: home }, timeout: 60_000 },
  );
  return { stdout, stderr, home };
}

describe('the shell', () => {
  it.skipIf(!existsSync('/proc/self/net/tcp'))('listens on no port', { timeout: 60_000 }, () => {
    const program = `
        await sc.parallelize([1, 2, 3], 2).map(x => [x, 1]).reduceByKey((a, b) => a + b).count();
        const { readdirSync, readlinkSync, readFileSync } = process.getBuiltinModule('node:fs');
        const own = new Set(readdirSync('/proc/self/fd').flatMap(fd => {
          try { return /^socket:\\[(\\d+)\\]$/.exec(readlinkSync('/proc/self/fd/' + fd))?.[1] ?? [] } catch { return [] }
        }));
        const listening = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap(table => {
          try { return readFileSync('/proc/self/net/' + table, 'utf8').split('\\n').slice(1) } catch { return [] }
        }).map(line => line.trim().split(/\\s+/)).filter(cells => own.has(cells[9]));
        'ports: ' + listening.length`;
    expect(shell(program).stdout).toContain('ports: 0');
    // The same look finds a port where there is one.
    const opened = `const server = process.getBuiltinModule('node:net').createServer(); await new Promise(done => server.listen(0, '127.0.0.1', done));${program}`;
    expect(shell(`${opened} + (server.close(), '')`).stdout).toContain('ports: 1');
  });

  it('leaves no file in the home folder that others can read', { timeout: 60_000 }, () => {
    const { home } = shell('sc.parallelize([1, 2]).count()');
    expect(readdirSync(home).flatMap((name) => modeOf(join(home, name)))).toEqual([]);
  });
});

function modeOf(path: string): string[] {
  const mode = statSync(path).mode & 0o077;
  return mode === 0 ? [] : [`${path} ${mode.toString(8)}`];
}

describe('files that the engine writes for itself are private', () => {
  it('blocks on disk', async () => {
    const kept = sc.range(0, 50_000, 1, 4).persist(StorageLevel.DISK_ONLY);
    await kept.count();
    const own = readdirSync(folder).filter((name) => name.startsWith('tspark-'));
    expect(own.length).toBeGreaterThan(0);
    expect(own.flatMap((name) => openToOthers(join(folder, name)))).toEqual([]);
    await kept.unpersist();
  });

  it('checkpoints of RDDs', async () => {
    const parent = join(folder, 'checkpoints');
    sc.setCheckpointDir(parent);
    const rdd = sc.range(0, 10, 1, 2);
    rdd.checkpoint();
    await rdd.count();
    expect(readdirSync(parent)).toHaveLength(1);
    expect(openToOthers(parent)).toEqual([]);
  });

  it('checkpoints of streams', async () => {
    const parent = join(folder, 'streams');
    const ssc = new StreamingContext(sc, 0.1);
    ssc.checkpoint(parent);
    let batches = 0;
    ssc
      .queueStream([[1, 2], [3]])
      .map((x) => [x % 2, x] as [number, number])
      .updateStateByKey<number, number, number>((values, sum) =>
        values.reduce((a, b) => a + b, sum ?? 0),
      )
      .foreachRDD(async (rdd) => {
        await rdd.count();
        batches++;
      });
    ssc.start();
    while (batches < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    await ssc.stop(false, true);
    expect(readdirSync(join(parent, 'streaming')).length).toBeGreaterThan(0);
    expect(openToOthers(parent)).toEqual([]);
  });

  it('while outputs of the user follow the umask', async () => {
    const path = join(folder, 'output');
    await sc.parallelize([1], 1).saveAsTextFile(path);
    const usual = join(folder, 'usual');
    writeFileSync(usual, '');
    expect(statSync(join(path, 'part-00000')).mode).toBe(statSync(usual).mode);
  });
});

describe('data is never run', () => {
  it('in an object file made by someone else', async () => {
    // What the closure serialiser would take for a function, and an object with methods as text.
    const records = [
      {
        kind: 'graph',
        graph: { nodes: [{ kind: 'function', text: '() => { globalThis.hacked = 1 }' }] },
      },
      '() => { globalThis.hacked = 1 }',
      JSON.parse('{"toString": "() => 1", "then": "() => { globalThis.hacked = 1 }"}'),
      JSON.parse('{"__proto__": {"polluted": 1}}'),
    ];
    const mark = Buffer.alloc(16, 7);
    const page = (all: unknown[]) => {
      const payload = v8.serialize(all);
      const head = Buffer.alloc(12);
      head.writeUInt32LE(all.length, 0);
      head.writeUInt32LE(payload.length, 4);
      head.writeUInt32LE(crc32(payload), 8);
      return Buffer.concat([mark, head, payload]);
    };
    const version = Buffer.from([2, 0, 0, 0]);
    const path = join(folder, 'crafted');
    writeFileSync(
      path,
      Buffer.concat([Buffer.from('TSPARKOB'), version, mark, page(records), page([])]),
    );
    const found = await sc
      .objectFile<unknown>(path, 1)
      .map((record) => [record, (globalThis as { hacked?: number }).hacked ?? 'not run'])
      .collect();
    expect(found.map(([record]) => record)).toEqual(records);
    expect(found.map(([, state]) => state)).toEqual(Array(4).fill('not run'));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect((globalThis as { hacked?: number }).hacked).toBeUndefined();
  });

  it('nor can a checkpoint made by someone else reach out of its folder', async () => {
    const place = join(folder, 'crafted-checkpoint');
    const victim = join(folder, 'victim');
    mkdirSync(place);
    writeFileSync(victim, 'mine');
    const text = JSON.stringify({ blocks: ['../victim'] });
    const name = 'checkpoint-000000000000001.json';
    writeFileSync(join(place, name), `${text}\n${crc32(text).toString(16)}\n`);
    const checkpoint = new CheckpointFolder(place);
    await checkpoint.remove([name]);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
    const file = { file: '../victim', count: 1, byteLength: 4 };
    expect(() => checkpoint.readBlock(file)).toThrow(/no block/);
  });
});

describe('secrets in the configuration', () => {
  it.each(['my.secret', 'db.password', 'api.token', 'aws.credentials', 'spark.access.key'])(
    'are masked: %s',
    (key) => {
      const shown = new SparkConf(false).set(key, 'hunter2').toDebugString();
      expect(shown).toBe(`${key}=*********(redacted)`);
    },
  );

  it('are what spark.redaction.regex says', () => {
    const conf = new SparkConf(false)
      .set('spark.redaction.regex', '(?i)phrase')
      .set('PassPhrase', 'x');
    expect(conf.toDebugString()).toContain('PassPhrase=*********(redacted)');
    expect(() => conf.set('spark.redaction.regex', '(').toDebugString()).toThrow(/CONF-101/);
  });

  it('are shown neither by the shell nor in errors, events and logs', { timeout: 60_000 }, () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        BIN,
        '--no-types',
        '--master',
        'local[2]',
        '--conf',
        'my.db.password=hunter2',
        '-e',
        `const seen = []; sc.events.listen(event => seen.push(event));
         console.log(sc, sc.getConf(), sc.getConf().toDebugString());
         await sc.parallelize([1]).map(() => { throw new Error('x') }).count().catch(error => console.log(error));
         console.log(JSON.stringify(seen)); sc`,
      ],
      { encoding: 'utf8', env: { ...process.env, HOME: folder } },
    );
    expect(stdout).toContain('my.db.password=*********(redacted)');
    expect(`${stdout}${stderr}`).not.toContain('hunter2');
  });
});
