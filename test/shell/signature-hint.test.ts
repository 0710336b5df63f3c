import { afterEach, describe, expect, it } from 'vitest';
import { signatureRow } from '#dist/shell/editor/signature-hint.js';
import type { SignatureHelp } from '#dist/shell/language/protocol.js';
import { FakeEditor } from './fake-editor.js';
import { KEY, settle } from './keyboard.js';

const REDUCE: SignatureHelp = {
  signatures: [
    {
      before: 'reduceByKey(',
      parameters: ['f: (a: number, b: number) => number', 'partitions?: number'],
      separator: ', ',
      after: '): RDD<[string, number]>',
    },
  ],
  activeSignature: 0,
  activeParameter: 0,
  summary: '',
};
const at = (activeParameter: number): SignatureHelp => ({ ...REDUCE, activeParameter });

let shown: FakeEditor;
afterEach(() => shown?.close());

describe('signatureRow', () => {
  it('marks the parameter that is being typed', () => {
    expect(signatureRow(at(1), 100, false)).toBe(
      'reduceByKey(f: (a: number, b: number) => number, «partitions?: number»): RDD<[string, number]>',
    );
    expect(signatureRow(at(1), 100, true)).toBe(
      '\x1b[2mreduceByKey(f: (a: number, b: number) => number, \x1b[22m\x1b[1mpartitions?: number\x1b[22m' +
        '\x1b[2m): RDD<[string, number]>\x1b[22m',
    );
  });

  it('keeps that parameter in sight where there is little room', () => {
    expect(signatureRow(at(0), 50, false)).toBe(
      '…(«f: (a: number, b: number) => number», partiti…',
    );
    expect(signatureRow(at(1), 40, false)).toBe('…umber, «partitions?: number»): RDD<[s…');
    expect(signatureRow(at(0), 20, false)).toBe('«f: (a: number, b:…');
  });

  it('stays at a rest parameter, and shows none where there are too many arguments', () => {
    const rest = { ...REDUCE.signatures[0]!, parameters: ['...values: unknown[]'] };
    expect(signatureRow({ ...at(4), signatures: [rest] }, 80, false)).toContain('«...values');
    expect(signatureRow(at(2), 120, false)).toContain('partitions?: number): RDD');
  });

  it('counts overloads', () => {
    const two = { ...REDUCE, signatures: [...REDUCE.signatures, ...REDUCE.signatures] };
    expect(signatureRow({ ...two, activeSignature: 1 }, 120, false)).toMatch(
      /^2\/2 reduceByKey\(«f/,
    );
  });
});

describe('the signature below the input', () => {
  const asked: string[] = [];
  function editor(answer: (text: string) => Promise<SignatureHelp | null>) {
    asked.length = 0;
    shown = new FakeEditor({
      columns: 100,
      signature: (text) => {
        asked.push(text);
        return answer(text);
      },
    });
    return shown;
  }
  const help = async (text: string) => at(text.includes(',') ? 1 : 0);

  it('follows the arguments and goes with the call', async () => {
    const { keyboard, screen } = editor(help);
    void shown.editor.read();
    await keyboard.press('rdd.reduceByKey(');
    expect(screen.text).toMatch(/^>>> rdd\.reduceByKey\(\nreduceByKey\(«f: /);
    expect([screen.row, screen.column]).toEqual([0, 20]);
    await keyboard.press('add,');
    expect(screen.text).toContain('«partitions?: number»');
    await keyboard.press(' 2)');
    expect(screen.text).toBe('>>> rdd.reduceByKey(add, 2)');
    await keyboard.press(KEY.left);
    expect(screen.text).toContain('«partitions?: number»');
    await keyboard.press(KEY.end, KEY.enter);
    expect(screen.text).toBe('>>> rdd.reduceByKey(add, 2)');
  });

  it('is not asked for outside calls, in comments, and once for a burst of keys', async () => {
    const { keyboard } = editor(help);
    void shown.editor.read();
    await keyboard.press('const x = [1, 2].length');
    expect(asked).toEqual([]);
    await keyboard.press(' + f(1, 2');
    expect(asked).toEqual(['const x = [1, 2].length + f(1, 2']);
  });

  it('asks one question at a time and then for the newest text', async () => {
    const waiting: (() => void)[] = [];
    const { keyboard, screen } = editor(async (text) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return help(text);
    });
    void shown.editor.read();
    await keyboard.press('f(');
    await keyboard.press('a');
    await keyboard.press(',');
    expect(screen.text).toBe('>>> f(a,');
    expect(asked).toEqual(['f(']);
    waiting.shift()!();
    await settle();
    expect(asked).toEqual(['f(', 'f(a,']);
    expect(screen.text).toBe('>>> f(a,');
    waiting.shift()!();
    await settle();
    expect(screen.text).toContain('«partitions?: number»');
  });

  it('survives an asker that fails, and keeps its row away from output', async () => {
    let isFailing = true;
    const { keyboard, screen, terminal } = editor(() =>
      isFailing ? Promise.reject(new Error('no')) : help(''),
    );
    void shown.editor.read();
    await keyboard.press('f(');
    expect(screen.text).toBe('>>> f(');
    isFailing = false;
    await keyboard.press('a');
    terminal.line('a batch');
    await settle();
    expect(screen.text).toMatch(/^a batch\n>>> f\(a\nreduceByKey\(«f.*$/);
  });
});
