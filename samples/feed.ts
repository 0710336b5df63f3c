// Something to read for the samples of streams: the log server, started on a free port and ended with the program.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** Starts a server of lines; `kind` and `rate` (lines a second) as in `node scripts/log-server.mjs --help`. */
export async function startFeed(kind: string, rate: number): Promise<number> {
  const args = ['--kind', kind, '--rate', String(rate), '--port', '0', '--ends-with-input'];
  const server = spawn(process.execPath, [resolve('scripts/log-server.mjs'), ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const port = await new Promise<number>((done, failed) => {
    server.once('error', failed);
    server.once('exit', () =>
      failed(new Error('the log server did not start: run from the project')),
    );
    server.stderr.once('data', (text: Buffer) => done(Number(/:(\d+);/.exec(String(text))?.[1])));
  });
  // It must not keep the program alive; it ends when the program's end closes its input.
  server.unref();
  (server.stderr as unknown as { unref(): void }).unref();
  (server.stdin as unknown as { unref(): void }).unref();
  server.stderr.resume();
  return port;
}

/** Whether a file was started as a program rather than loaded at the prompt; a program waits for its streams. */
export function isProgram(file: string): boolean {
  return process.argv[1]?.endsWith(file) ?? false;
}

/** The number that a program was given as its n-th argument. */
export function argument(n: number): number | null {
  const value = Number(process.argv[n + 1]);
  return Number.isFinite(value) && value > 0 ? value : null;
}
