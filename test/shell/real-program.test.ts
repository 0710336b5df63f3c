import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HAS_PTY, PseudoTerminal } from './pseudo-terminal.js';

let terminal: PseudoTerminal;

afterEach(async () => {
  await terminal?.close();
});

if (!HAS_PTY)
  console.warn(
    "The shell is not tried in a real terminal: there is no python3 with its 'pty' module.",
  );

/** A server that sends the same lines to everyone, again and again. */
async function logServer(): Promise<net.Server> {
  const server = net.createServer((socket) => {
    const timer = setInterval(() => socket.write('a ERROR x\nb INFO y\n'), 100);
    socket.on('close', () => clearInterval(timer)).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return server;
}

describe.skipIf(!HAS_PTY)('the real program in a real terminal', () => {
  it('answers at the prompt as in the transcript of the README', { timeout: 120_000 }, async () => {
    terminal = new PseudoTerminal(['--master', 'local[2]'], { columns: 100, rows: 50 });
    await terminal.until((transcript) => transcript.endsWith('\n>>>'));
    await terminal.run("const airlines = sc.textFile('samples/airlines.csv')");
    await terminal.run('airlines');
    await terminal.run("const airlinesFiltered = airlines.filter(x => !x.includes('Lufthansa'))");
    await terminal.run('airlinesFiltered.take(5)');
    await terminal.run('const n = airlines.count(); airlines.count() - airlinesFiltered.count()');
    await terminal.run("const country = 'Germany'");
    await terminal.run(
      "airlines.map(l => l.split(',')).filter(f => f[2] === country).map(f => [f[3], 1])" +
        '.reduceByKey((a, b) => a + b).collectAsMap().get("MUC")! > 0',
    );
    terminal.type('.exit\r');
    expect(await terminal.exitStatus).toBe(0);
    const lines = terminal.screen.transcript.split('\n');
    expect(lines[0]).toMatch(/^Welcome to tspark \S+ · master local\[2\] · .* · \.help$/);
    expect(lines.slice(1, 12)).toEqual([
      ">>> const airlines = sc.textFile('samples/airlines.csv')",
      '>>> airlines',
      "RDD<string> · 2 partitions · textFile 'samples/airlines.csv'",
      ">>> const airlinesFiltered = airlines.filter(x => !x.includes('Lufthansa'))",
      '>>> airlinesFiltered.take(5)',
      ...fs.readFileSync('samples/airlines.csv', 'utf8').split('\n').slice(0, 5),
      '>>> const n = airlines.count(); airlines.count() - airlinesFiltered.count()',
    ]);
    expect(Number(lines[12])).toBeGreaterThan(0);
    expect(lines.slice(13)).toEqual([
      ">>> const country = 'Germany'",
      ">>> airlines.map(l => l.split(',')).filter(f => f[2] === country).map(f => [f[3], 1]).reduceByKey((a",
      ', b) => a + b).collectAsMap().get("MUC")! > 0',
      'true',
      '>>> .exit',
    ]);
  });

  it('keeps a half-typed line while batches print above it', { timeout: 120_000 }, async () => {
    const server = await logServer();
    try {
      terminal = new PseudoTerminal(['--master', 'local[2]', '--quiet'], { columns: 80, rows: 40 });
      await terminal.until((transcript) => transcript === '>>>');
      const { port } = server.address() as net.AddressInfo;
      await terminal.run(`const lines = ssc.socketTextStream('localhost', ${port})`);
      await terminal.run("lines.filter(l => l.includes('ERROR')).count().pprint()");
      await terminal.run('ssc.start()');
      terminal.type('airlines.map(l => l.le\x1b[D\x1b[D');
      const frames = () => terminal.screen.transcript.split('Time: ').length - 1;
      await terminal.until(() => frames() >= 3);
      const { screen } = terminal;
      const rows = screen.text.split('\n');
      expect(rows.at(-1)).toBe('>>> airlines.map(l => l.le');
      expect([screen.row, screen.column]).toEqual([rows.length - 1, 24]);
      expect(rows.filter((row) => row.includes('airlines'))).toHaveLength(1);
      terminal.type('\x03');
      await terminal.run('ssc.stop()');
      const framesAtStop = frames();
      await terminal.run('1 + 1');
      expect(frames()).toBe(framesAtStop);
      expect(screen.text.split('\n').slice(-2)).toEqual(['2', '>>>']);
    } finally {
      server.close();
    }
  });

  it('survives endless loops, before and after an await', { timeout: 120_000 }, async () => {
    terminal = new PseudoTerminal(['--master', 'local[1]', '--quiet'], { columns: 80, rows: 40 });
    await terminal.until((transcript) => transcript === '>>>');
    await terminal.run('sc.range(3).count()');
    for (const loop of ['while (true) {}', 'const q = sc.range(3).count(); while (true) {}']) {
      terminal.type(`${loop}\r`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      terminal.type('\x03');
      await terminal.until((transcript) => transcript.endsWith(`${loop}\ninterrupted\n>>>`));
    }
    await terminal.run('1 + 1');
    terminal.type('\x04');
    expect(await terminal.exitStatus).toBe(0);
  });

  it('takes a pasted block with an error in its middle for one cell', {
    timeout: 120_000,
  }, async () => {
    terminal = new PseudoTerminal(['--master', 'local[1]', '--quiet'], { columns: 80, rows: 40 });
    await terminal.until((transcript) => transcript === '>>>');
    const block = ['const a = 1;', 'const b = = 2;', 'console.log(a + b);'];
    await terminal.run(`\x1b[200~${block.join('\r')}\x1b[201~`);
    expect(terminal.screen.text).toBe(
      [
        '>>> const a = 1;',
        '... const b = = 2;',
        '... console.log(a + b);',
        'this cell, line 2: Expression expected. (TS1109)',
        '  const b = = 2;',
        '            ^',
        '>>>',
      ].join('\n'),
    );
  });

  it('keeps the prompt while a line runs in the background, and saves it all as a program', {
    timeout: 120_000,
  }, async () => {
    const folder = fs.mkdtempSync('saved-');
    try {
      terminal = new PseudoTerminal(['--master', 'local[2]'], { columns: 100, rows: 50 });
      await terminal.until((transcript) => transcript.endsWith('\n>>>'));
      await terminal.run("const airlines = sc.textFile('samples/airlines.csv')");
      await terminal.run('const n = airlines.count() &');
      await terminal.until((transcript) => /^\[\d+\] done in .*: n = 535$/m.test(transcript));
      await terminal.run('n + 1');
      await terminal.run(`.save ${folder}/mine.ts`);
      await terminal.run(`.save ${folder}/mine.mjs`);
      expect(terminal.screen.transcript).toContain(`run it with: tspark ${folder}/mine.ts`);
      for (const command of [['bin/tspark', `${folder}/mine.ts`], [`${folder}/mine.mjs`]]) {
        const { stdout, stderr, status } = spawnSync(process.execPath, command, {
          encoding: 'utf8',
        });
        expect({ stdout, stderr, status }).toEqual({ stdout: '536\n', stderr: '', status: 0 });
      }
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
