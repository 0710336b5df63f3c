import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';

const script = 'scripts/log-server.mjs';
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
  /** What it has said on standard error. */
  readonly said: () => string;
}

/** Starts a server on a free port and waits until it says which. */
function start(...args: string[]): Promise<Server> {
  const child = spawn(process.execPath, [script, '--port', '0', ...args], { stdio: 'pipe' });
  running.push(child);
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr!.on('data', (data) => {
      said += data;
      const found = /listens on 127\.0\.0\.1:(\d+)/.exec(said);
      if (found !== null) resolve({ child, port: Number(found[1]), said: () => said });
    });
    child.once('exit', () => reject(new Error(said)));
  });
}

/** All lines that a client gets until the server hangs up. */
function receive(port: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(port, '127.0.0.1');
    socket.on('data', (data) => (text += data));
    socket.on('error', reject);
    socket.on('close', () => resolve(text.split('\n').slice(0, -1)));
  });
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('the log server', () => {
  it('sends each of several clients the lines of its seed, with the share of errors asked for', async () => {
    const { port } = await start(
      '--rate',
      '0',
      '--lines',
      '2000',
      '--errors',
      '0.3',
      '--seed',
      '5',
    );
    const [one, two] = await Promise.all([receive(port), receive(port)]);
    expect(one).toHaveLength(2000);
    const withoutTime = (line: string) => line.split(' ').slice(2).join(' ');
    expect(two.map(withoutTime)).toEqual(one.map(withoutTime));
    const line = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (INFO|WARN|ERROR) [\w.]+: \S/;
    expect(one.filter((text) => !line.test(text))).toEqual([]);
    const errors = one.filter((text) => text.includes('ERROR')).length;
    expect(errors).toBeGreaterThan(500);
    expect(errors).toBeLessThan(700);
  });

  it('keeps to its rate', async () => {
    const { port } = await start('--rate', '200', '--lines', '100');
    const begin = performance.now();
    await receive(port);
    expect(performance.now() - begin).toBeGreaterThan(400);
  });

  it('waits for a client that does not read, and sends on when it reads again', async () => {
    const { port, child } = await start('--rate', '0', '--lines', '300000');
    const socket = net.connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('readable', resolve));
    let size = 0;
    await new Promise((resolve) => setTimeout(resolve, 300));
    socket.on('data', (data) => (size += data.length));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(size).toBeGreaterThan(300_000 * 60);
    expect(child.exitCode).toBeNull();
  });

  it('goes on when a client goes away', async () => {
    const { port, said } = await start('--rate', '1000', '--lines', '100');
    const socket = net.connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    expect(await receive(port)).toHaveLength(100);
    expect(said()).toMatch(/client 1 left after \d+ lines/);
  });

  it('ends on Ctrl-C with status 0, clients connected or not', async () => {
    const { port, child, said } = await start();
    const socket = net.connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('data', resolve));
    const exit = exitOf(child);
    child.kill('SIGINT');
    expect(await exit).toBe(0);
    expect(said()).toContain('log server stopped');
    socket.destroy();
  });

  it('says in one line that its port is in use', async () => {
    const { port } = await start();
    const second = spawnSync(process.execPath, [script, '--port', String(port)], {
      encoding: 'utf8',
    });
    expect(second.status).toBe(1);
    expect(second.stderr).toBe(
      `log-server: port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another with --port\n`,
    );
  });

  it('explains itself and refuses options it does not know or cannot use', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
    expect(run('--help').stdout).toContain('--rate N');
    expect(run('--rate', 'fast')).toMatchObject({
      status: 2,
      stderr:
        "log-server: --rate takes a number from 0 to 10000000, not 'fast' (--help lists the options)\n",
    });
    expect(run('--errors', '2').status).toBe(2);
    expect(run('--bogus')).toMatchObject({ status: 2, stderr: expect.stringContaining('--bogus') });
  });
});
