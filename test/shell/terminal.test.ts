import { describe, expect, it } from 'vitest';
import { layout } from '#dist/shell/editor/layout.js';
import { Terminal } from '#dist/shell/terminal.js';
import { Screen } from './screen.js';

const PROMPTS = { first: '>>> ', next: '... ' };

function terminalOn(screen: Screen): Terminal {
  return new Terminal({ out: screen, err: screen, canErase: true });
}

describe('Terminal', () => {
  it('prints above a half-typed line and puts the cursor back inside it', () => {
    const screen = new Screen(40, 10);
    const terminal = terminalOn(screen);
    terminal.setPrompt(layout(PROMPTS, 'airlines.count()', 8, 40));
    terminal.flush();
    terminal.line('batch 1');
    terminal.line('batch 2');
    terminal.flush();
    expect(screen.text).toBe('batch 1\nbatch 2\n>>> airlines.count()');
    expect([screen.row, screen.column]).toEqual([2, 12]);
  });

  it('leaves no copies of the prompt in the scroll-back of a terminal that keeps what is erased from its corner', () => {
    const screen = new Screen(40, 5);
    const terminal = terminalOn(screen);
    for (const typed of ['', '1', '1 ', '1 +']) {
      terminal.setPrompt(layout(PROMPTS, typed, typed.length, 40));
      terminal.flush();
    }
    terminal.line('batch 1');
    terminal.flush();
    expect(screen.transcript).toBe('batch 1\n>>> 1 +');
  });

  it('erases every row of a line that wraps', () => {
    const screen = new Screen(10, 10);
    const terminal = terminalOn(screen);
    terminal.setPrompt(layout(PROMPTS, 'abcdefghijklm', 13, 10));
    terminal.flush();
    terminal.line('one');
    terminal.line('two');
    terminal.flush();
    expect(screen.text).toBe('one\ntwo\n>>> abcdef\nghijklm');
    expect([screen.row, screen.column]).toEqual([3, 7]);
  });

  it('stands on a new row when the text fills the last one', () => {
    const screen = new Screen(10, 10);
    const terminal = terminalOn(screen);
    terminal.setPrompt(layout(PROMPTS, 'abcdef', 6, 10));
    terminal.flush();
    terminal.line('out');
    terminal.flush();
    expect(screen.text).toBe('out\n>>> abcdef');
    expect([screen.row, screen.column]).toEqual([2, 0]);
  });

  it('counts wide characters as two columns', () => {
    const screen = new Screen(12, 10);
    const terminal = terminalOn(screen);
    terminal.setPrompt(layout(PROMPTS, "'東京 大阪'", 3, 12));
    terminal.flush();
    terminal.line('日本');
    terminal.flush();
    expect(screen.text).toBe("日本\n>>> '東京 大\n阪'");
    expect([screen.row, screen.column]).toEqual([1, 9]);
  });

  it('keeps an unfinished line of output above the prompt and goes on with it', () => {
    const screen = new Screen(40, 10);
    const terminal = terminalOn(screen);
    terminal.setPrompt(layout(PROMPTS, 'x', 1, 40));
    terminal.write('loading');
    terminal.flush();
    expect(screen.text).toBe('loading\n>>> x');
    terminal.write(' done\n');
    terminal.flush();
    expect(screen.text).toBe('loading done\n>>> x');
  });

  it('puts a result on a line of its own', () => {
    const screen = new Screen(40, 10);
    const terminal = terminalOn(screen);
    terminal.write('no newline');
    terminal.line('true');
    terminal.setPrompt(layout(PROMPTS, '', 0, 40));
    terminal.flush();
    terminal.write('part');
    terminal.line('whole');
    terminal.flush();
    expect(screen.text).toBe('no newline\ntrue\npart\nwhole\n>>>');
  });

  it('takes a status line away without a trace', () => {
    const screen = new Screen(40, 10);
    const terminal = terminalOn(screen);
    terminal.line('before');
    terminal.setStatus('progress', 'stage 1 · 3/8 tasks');
    terminal.flush();
    expect(screen.text).toBe('before\nstage 1 · 3/8 tasks');
    terminal.line('result');
    terminal.setStatus('progress', null);
    terminal.flush();
    expect(screen.transcript).toBe('before\nresult');
  });

  it('leaves an accepted prompt standing and edits it on when asked', () => {
    const screen = new Screen(40, 10);
    const terminal = terminalOn(screen);
    terminal.acceptPrompt(layout(PROMPTS, 'const f =', 9, 40));
    expect([screen.row, screen.column]).toEqual([1, 0]);
    terminal.reopenPrompt();
    terminal.setPrompt(layout(PROMPTS, 'const f =\n1', 11, 40));
    terminal.flush();
    expect(screen.text).toBe('>>> const f =\n... 1');
    expect([screen.row, screen.column]).toEqual([1, 5]);
  });

  it('does not take back a prompt that something was printed below', () => {
    const screen = new Screen(40, 10);
    const terminal = terminalOn(screen);
    terminal.acceptPrompt(layout(PROMPTS, 'f(', 2, 40));
    terminal.line('batch');
    terminal.reopenPrompt();
    terminal.setPrompt(layout(PROMPTS, 'f(\n1', 4, 40));
    terminal.flush();
    expect(screen.text).toBe('>>> f(\nbatch\n>>> f(\n... 1');
  });

  it('scrolls a prompt at the bottom of the screen', () => {
    const screen = new Screen(20, 4);
    const terminal = terminalOn(screen);
    for (const name of ['a', 'b', 'c']) terminal.line(name);
    terminal.setPrompt(layout(PROMPTS, 'x\ny', 3, 20));
    terminal.flush();
    terminal.line('d');
    terminal.flush();
    expect(screen.transcript).toBe('a\nb\nc\nd\n>>> x\n... y');
    expect([screen.row, screen.column]).toEqual([3, 5]);
  });

  it('shows the rows around the cursor of a cell that is taller than the screen', () => {
    const screen = new Screen(20, 3);
    const terminal = terminalOn(screen);
    terminal.setPrompt(layout(PROMPTS, 'a\nb\nc\nd\ne', 9, 20));
    terminal.flush();
    expect(screen.text).toBe('... c\n... d\n... e');
    terminal.line('out');
    terminal.flush();
    expect(screen.transcript).toBe('out\n... c\n... d\n... e');
  });

  it('erases what it drew after the terminal became narrower', () => {
    const screen = new Screen(20, 10);
    const terminal = terminalOn(screen);
    terminal.line('above');
    terminal.setPrompt(layout(PROMPTS, 'abcdefghij', 10, 20));
    terminal.flush();
    // A terminal that wraps anew shows the row of 14 columns on two rows of 10.
    const narrow = new Screen(10, 10);
    narrow.write('above\n>>> abcdefghij');
    screen.write = (text: string) => narrow.write(text);
    screen.columns = 10;
    terminal.resized();
    terminal.setPrompt(layout(PROMPTS, 'abcdefghij', 10, 10));
    terminal.flush();
    expect(narrow.text).toBe('above\n>>> abcdef\nghij');
  });

  it('leaves nothing behind where the terminal is narrower before anyone has told of it', () => {
    const screen = new Screen(40, 10);
    const terminal = terminalOn(screen);
    terminal.setStatus('progress', 'p'.repeat(35));
    terminal.flush();
    screen.resize(20, 10);
    terminal.line('out');
    terminal.setStatus('progress', 'q');
    terminal.flush();
    expect(screen.transcript).toBe('out\nq');
  });

  it('writes plainly and draws nothing where nothing can be erased', () => {
    const screen = new Screen(40, 10);
    const terminal = new Terminal({ out: screen, err: screen, canErase: false });
    terminal.setStatus('progress', 'stage 1');
    terminal.write('a');
    terminal.line('b');
    terminal.flush();
    expect(screen.raw).toBe('ab\n');
  });

  it('writes to a pipe while the prompt is on the other stream', () => {
    const screen = new Screen(40, 10);
    const pipe = { text: '', write: (text: string) => (pipe.text += text) };
    const terminal = new Terminal({ out: pipe, err: screen, canErase: true });
    terminal.setStatus('progress', 'stage 1');
    terminal.line('1,2');
    terminal.flush();
    expect(pipe.text).toBe('1,2\n');
    expect(screen.text).toBe('stage 1');
  });

  it('draws at most 30 times a second while output pours in', async () => {
    const screen = new Screen(40, 10);
    const terminal = terminalOn(screen);
    terminal.setPrompt(layout(PROMPTS, '', 0, 40));
    terminal.flush();
    let writes = 0;
    const write = screen.write.bind(screen);
    screen.write = (text: string) => {
      writes++;
      return write(text);
    };
    const started = performance.now();
    for (let i = 0; performance.now() - started < 300; i++) {
      terminal.line(`line ${i}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(writes).toBeGreaterThan(2);
    expect(writes).toBeLessThanOrEqual(12);
    terminal.close();
  });
});
