// Pipes a partition through a program, without a shell. Runs in tasks; input and output go through temporary
// files, so that neither is held in memory and the task can wait for the program without an event loop.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { recordText } from '../../io/record-text.js';
import { describeValue } from '../../values/describe.js';
import type { BuiltinFactory } from './builtin.js';

const CHUNK_BYTES = 65_536;

interface PipeCommand {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whether an exit status other than 0 fails the task. */
  readonly checkCode: boolean;
}

/** A record as a line of text, as it would be saved; bytes are taken for UTF-8. */
function lineOf(record: unknown): string {
  return record instanceof Uint8Array ? Buffer.from(record).toString('utf8') : recordText(record);
}

function writeLines(path: string, records: Iterable<unknown>): void {
  const file = openSync(path, 'w');
  try {
    let pending = '';
    for (const record of records) {
      pending += lineOf(record).replace(/\n+$/, '') + '\n';
      if (pending.length < CHUNK_BYTES) continue;
      writeSync(file, pending);
      pending = '';
    }
    if (pending !== '') writeSync(file, pending);
  } finally {
    closeSync(file);
  }
}

function* readLines(path: string): Iterable<string> {
  const file = openSync(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let rest = '';
    for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, count))).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
    rest += decoder.end();
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}

function runCommand({ words, env, checkCode }: PipeCommand, folder: string): void {
  const [program, ...args] = words;
  const input = openSync(join(folder, 'in'), 'r');
  const output = openSync(join(folder, 'out'), 'w');
  try {
    const { error, status, signal, stderr } = spawnSync(program!, args, {
      env,
      stdio: [input, output, 'pipe'],
    });
    const command = describeValue(words.join(' '));
    if (error !== undefined) throw new Error(`pipe cannot run ${command}: ${error.message}`);
    if (!checkCode || status === 0) return;
    const how = signal === null ? `exited with error code ${status}` : `was ended by ${signal}`;
    throw new Error(`Pipe function ${command} ${how}. ${stderr.toString('utf8').trim()}`.trim());
  } finally {
    closeSync(input);
    closeSync(output);
  }
}

function* piped(command: PipeCommand, records: Iterable<unknown>): Iterable<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tspark-pipe-'));
  try {
    writeLines(join(folder, 'in'), records);
    runCommand(command, folder);
    yield* readLines(join(folder, 'out'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const PIPE_BUILTINS: Record<string, BuiltinFactory> = {
  pipe: ([words, env, checkCode]) => {
    const command: PipeCommand = {
      words: words as readonly string[],
      env: env as Readonly<Record<string, string>>,
      checkCode: checkCode === true,
    };
    return (records: Iterable<unknown>) => piped(command, records);
  },
};
